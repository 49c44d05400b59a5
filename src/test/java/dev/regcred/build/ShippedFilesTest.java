package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that say the same thing in two places say the same. */
class ShippedFilesTest {
  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

  @ParameterizedTest
  @ValueSource(strings = {"rbac.yaml", "admission.yaml"})
  void theChartInstallsWhatDeployInstalls(String file) throws Exception {
    assertThat(lines("helm/regcred/templates/" + file))
        .isNotEmpty()
        .isEqualTo(withoutNamespace(lines("deploy/" + file)));
  }

  @Test
  void theReadmeShowsTheQuickstartInFull() throws Exception {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(Files.readString(Path.of("docs/examples/quickstart.yaml")).strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Registry", "RegistryCredential", "ClusterRegistry", "ClusterRegistryCredential"})
  void argoCdChecksEachKindByTheSameScript(String kind) throws IOException {
    var script = Files.readString(Path.of("docs/gitops/argocd/health.lua"));
    assertThat(Files.readString(Path.of("docs/gitops/argocd/argocd-cm.yaml")))
        .contains(
            "  resource.customizations.health.regcred.dev_%s: |\n%s"
                .formatted(kind, script.indent(4)));
  }

  @Test
  void bothSampleRepositoriesHaveTheSameCredential() throws IOException {
    assertThat(Files.readString(Path.of("docs/gitops/argocd/team/credential.yaml")))
        .isEqualTo(Files.readString(Path.of("docs/gitops/flux/team/credential.yaml")));
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

  /** As it is installed under the names that deploy has, without comments. */
  private static List<String> lines(String file) throws IOException {
    return Files.readString(Path.of(file))
        .replace("{{ .Values.serviceAccount.name }}", "regcred-operator")
        .replace("{{ .Release.Namespace }}", "regcred-system")
        .lines()
        .filter(line -> !line.strip().startsWith("#") && !line.startsWith("{{-"))
        .toList();
  }

  /** Helm makes the namespace of a release by itself. */
  private static List<String> withoutNamespace(List<String> lines) {
    var namespace =
        List.of("apiVersion: v1", "kind: Namespace", "metadata:", "  name: regcred-system", "---");
    return lines.subList(0, namespace.size()).equals(namespace)
        ? lines.subList(namespace.size(), lines.size())
        : lines;
  }
}
