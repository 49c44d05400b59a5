package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.diagnosis.Lookup;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceReaderTest {
  @TempDir private Path folder;

  /** What may not be listed is another thing than what is not there. */
  @ParameterizedTest
  @CsvSource({"Forbidden, true", "NotFound, false"})
  void whatMayNotBeListedIsNotTakenForNothing(String reason, boolean isForbidden) {
    var kubectl =
        new ScriptedKubectl(folder)
            .fails("*/registrycredentials*", "Error from server (%s): no".formatted(reason))
            .prints(
                "*/serviceaccounts*",
                "{\"items\":[{\"metadata\":{\"namespace\":\"team\",\"name\":\"default\"}}]}")
            .prints("*/secrets*", "{\"items\":[]}");
    assertThat(reader(kubectl).read("team"))
        .singleElement()
        .satisfies(
            team -> {
              assertThat(team.serviceAccounts()).containsOnlyKeys("default");
              assertThat(team.credentials()).isNotInstanceOf(Lookup.Found.class);
              assertThat(team.credentials().isForbidden()).isEqualTo(isForbidden);
            });
  }

  @Test
  void aListIsReadToItsEnd() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/registrycredentials*", "{\"items\":[]}")
            .prints("*/secrets*", "{\"items\":[]}")
            .prints(
                "*/serviceaccounts*continue=next*",
                "{\"items\":[{\"metadata\":{\"namespace\":\"b\",\"name\":\"default\"}}]}")
            .prints(
                "*/serviceaccounts*",
                "{\"metadata\":{\"continue\":\"next\"},\"items\":[{\"metadata\":{\"namespace\":\"a\",\"name\":\"default\"}}]}");
    assertThat(reader(kubectl).read(null))
        .extracting(namespace -> namespace.name())
        .containsExactlyInAnyOrder("a", "b");
  }

  private static NamespaceReader reader(ScriptedKubectl kubectl) {
    return new NamespaceReader(
        new ClusterReader(
            kubectl.client(),
            new Progress(() -> false, new PrintStream(OutputStream.nullOutputStream()))));
  }
}
