package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.app.OperatorMain;
import dev.regcred.testkit.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of the operator's own process, with {@code REGCRED_LOG_FORMAT=json}. */
class JsonLogIT {
  private static final int STOP_SECONDS = 20;

  @TempDir private Path directory;

  @Test
  void everyLineIsJsonWithTheSameKeysAndTellsWhichResourceItIsAbout() throws Exception {
    var installation = Installation.shared();
    var process = operator(installation);
    String namespace;
    try (var team = BusyTeam.in(installation)) {
      namespace = team.namespace();
      team.begin();
      team.work();
      team.withdraw();
      team.fill();
      team.fail("late");
    } finally {
      stop(process);
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

  private Process operator(Installation installation) throws IOException {
    var classes =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@src/main/jvm/regcred.options",
                "-cp",
                classes,
                OperatorMain.class.getName())
            .redirectOutput(log().toFile())
            .redirectError(directory.resolve("operator.err").toFile());
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("REGCRED_HTTP_PORT", "0");
    builder.environment().put("REGCRED_LOG_FORMAT", "json");
    var process = builder.start();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
    return process;
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
