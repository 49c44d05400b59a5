package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of the operator's own process, with {@code REGCRED_LOG_FORMAT=json}. */
class JsonLogIT {
  @TempDir private Path directory;

  @Test
  void everyLineIsJsonWithTheSameKeysAndTellsWhichResourceItIsAbout() throws Exception {
    var installation = Installation.shared();
    String namespace;
    try (var _ = operator(installation);
        var team = BusyTeam.in(installation)) {
      namespace = team.namespace();
      team.begin();
      team.work();
      team.withdraw();
      team.fill();
      team.fail("late");
    }

    var lines = LogLines.parsed(Files.readString(log()));
    assertThat(lines).allSatisfy(line -> assertThat(LogLines.keys(line)).isEqualTo(LogLines.KEYS));
    assertThat(about(lines, namespace, "RegistryCredential", "app-pull"))
        .anySatisfy(
            line -> {
              assertThat(line.path("level").asText()).isEqualTo("INFO");
              assertThat(line.path("state").asText()).isEqualTo("Active");
              assertThat(line.path("reason").asText()).isEqualTo("Active");
              assertThat(message(line))
                  .isEqualTo("RegistryCredential %s/app-pull: Active Active".formatted(namespace));
            });
    assertThat(about(lines, namespace, "RegistryCredential", "late-pull"))
        .extracting(line -> line.path("level").asText())
        .contains("WARN");
    assertThat(about(lines, namespace, "Registry", "main")).isNotEmpty();
    assertThat(lines).filteredOn(line -> message(line).startsWith("Serving ")).hasSize(1);
    assertThat(Files.readString(log())).doesNotContain(BusyTeam.PASSWORD);
  }

  private static List<JsonNode> about(
      List<JsonNode> lines, String namespace, String kind, String name) {
    return lines.stream()
        .filter(
            line ->
                line.path("namespace").asText().equals(namespace)
                    && line.path("kind").asText().equals(kind)
                    && line.path("name").asText().equals(name))
        .toList();
  }

  private static String message(JsonNode line) {
    return line.path("formattedMessage").asText();
  }

  private Path log() {
    return directory.resolve("operator.log");
  }

  private OperatorProcess operator(Installation installation) throws IOException {
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    return new OperatorProcess(
        log(),
        Stream.of(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@src/main/jvm/regcred.options"),
                OperatorProcess.classes())
            .flatMap(List::stream)
            .toList(),
        Map.of("KUBECONFIG", kubeconfig.toString(), "REGCRED_LOG_FORMAT", "json"));
  }
}
