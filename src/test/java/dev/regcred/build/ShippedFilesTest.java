package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Files that say the same thing in two places say the same. */
class ShippedFilesTest {
  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

  @Test
  void theChartGivesTheOperatorWhatDeployGives() throws Exception {
    assertThat(rules("helm/regcred/templates/rbac.yaml")).isEqualTo(rules("deploy/rbac.yaml"));
  }

  @Test
  void theReadmeShowsTheQuickstartInFull() throws Exception {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(Files.readString(Path.of("docs/examples/quickstart.yaml")).strip());
  }

  @Test
  void everyTestThatTheFaultsNameExists() throws IOException {
    var names = TEST_NAME.matcher(Files.readString(Path.of("docs/faults.md"))).results().toList();
    assertThat(names).hasSizeGreaterThan(40);
    for (MatchResult name : names) {
      assertThat(sourceOf(name.group(1))).as(name.group()).contains(orEmpty(name.group(2)));
    }
  }

  private static String sourceOf(String test) throws IOException {
    try (var files = Files.walk(Path.of("src/test/java"))) {
      var file = files.filter(path -> path.endsWith(test + ".java")).findFirst();
      return file.isEmpty() ? "" : Files.readString(file.get());
    }
  }

  private static String orEmpty(@Nullable String method) {
    return method == null ? "class " : "void " + method + "(";
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
