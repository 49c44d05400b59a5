package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.commons.support.AnnotationSupport.isAnnotated;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

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
  void theOperatorComparesThePoliciesOfPodsWithThoseThatShip() throws Exception {
    assertThat(Path.of("src/main/resources/attach.yaml"))
        .hasSameTextualContentAs(Path.of("deploy/optional/attach.yaml"));
  }

  /** A list of objects as a value stops the API server's handler: kubernetes#142181. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy/optional/attach.yaml",
        "deploy/optional/finalizer.yaml",
        "helm/regcred/templates/attach.yaml",
        "helm/regcred/templates/finalizer.yaml"
      })
  void noPolicyWritesAListOfObjects(String file) throws Exception {
    assertThat(Files.readString(Path.of(file)))
        .contains("jsonPatch")
        .doesNotContainPattern("value:\\s*\\[\\s*Object")
        .doesNotContain("ApplyConfiguration");
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

  /** As those of faults.md, which says of each fault which test shows what becomes of it. */
  @Test
  void everyTestThatIsNamedIsRun() throws Exception {
    for (Path page : pages()) {
      for (MatchResult name : TEST_NAME.matcher(Files.readString(page)).results().toList()) {
        assertThat(runs(name.group(1), name.group(2))).as(page + ": " + name.group()).isNotEmpty();
      }
    }
    assertThat(TEST_NAME.matcher(Files.readString(Path.of("docs/faults.md"))).results())
        .hasSizeGreaterThan(40);
  }

  private static List<Path> pages() throws IOException {
    try (var files = Files.walk(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), files)
          .filter(path -> path.toString().endsWith(".md"))
          .toList();
    }
  }

  /** The methods of that name, or all where none is named, that JUnit runs in that class. */
  private static List<Method> runs(String test, @Nullable String method) throws Exception {
    var type = typeOf(test);
    return type.isEmpty() || isAnnotated(type.get(), Disabled.class)
        ? List.of()
        : ReflectionSupport.findMethods(
            type.get(),
            candidate ->
                (method == null || candidate.getName().equals(method))
                    && (isAnnotated(candidate, Testable.class)
                        || isAnnotated(candidate, AfterEach.class))
                    && !isAnnotated(candidate, Disabled.class),
            HierarchyTraversalMode.TOP_DOWN);
  }

  private static Optional<Class<?>> typeOf(String test) throws Exception {
    var classes =
        Path.of(ShippedFilesTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (var files = Files.walk(classes)) {
      return files
          .filter(path -> path.endsWith(test + ".class"))
          .map(path -> classes.relativize(path).toString().replace(File.separatorChar, '.'))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .<Class<?>>flatMap(name -> ReflectionSupport.tryToLoadClass(name).toOptional().stream())
          .findFirst();
    }
  }
}
