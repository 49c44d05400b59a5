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
  /** The first one in pom.xml is the project's own. */
  private static final Pattern VERSION =
      Pattern.compile("<version>([0-9.]+)(?:-SNAPSHOT)?</version>");

  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

  /** What they install is compared by ManifestsIT, which has Helm and kustomize. */
  @Test
  void theChartAndTheManifestsHaveTheVersionOfTheProject() throws Exception {
    var version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();

    assertThat(Files.readString(Path.of("helm/regcred/Chart.yaml")))
        .contains("\nversion: " + version.group(1), "\nappVersion: " + version.group(1));
    assertThat(Files.readString(Path.of("deploy/base/operator.yaml")))
        .contains("image: regcred-operator:" + version.group(1) + "\n");
    for (var overlay : List.of("cluster-wide", "single-namespace")) {
      assertThat(Files.readString(Path.of("deploy/overlays", overlay, "kustomization.yaml")))
          .contains("newTag: " + version.group(1) + "\n");
    }
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
}
