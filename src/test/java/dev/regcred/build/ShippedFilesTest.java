package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Files that say the same thing in two places say the same. */
class ShippedFilesTest {
  @Test
  void theChartGivesTheOperatorWhatDeployGives() throws Exception {
    assertThat(rules("helm/regcred/templates/rbac.yaml")).isEqualTo(rules("deploy/rbac.yaml"));
  }

  @Test
  void theReadmeShowsTheQuickstartInFull() throws Exception {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(Files.readString(Path.of("docs/examples/quickstart.yaml")).strip());
  }

  /** The rules of the ClusterRole, without comments. */
  private static String rules(String file) throws IOException {
    var text = Files.readString(Path.of(file));
    var rules = text.substring(text.indexOf("rules:"), text.indexOf("---", text.indexOf("rules:")));
    return rules
        .lines()
        .filter(line -> !line.strip().startsWith("#"))
        .reduce("", (all, line) -> all + line + "\n");
  }
}
