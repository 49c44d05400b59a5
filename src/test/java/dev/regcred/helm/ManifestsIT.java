package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.testcluster.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Helm, kustomize and the plain manifests install the same. Needs no cluster. */
class ManifestsIT {
  private static final String RELEASE = "regcred";
  private static final String NAMESPACE = "regcred-system";
  private static final Path DEPLOY = Path.of("deploy");
  private static final Path OVERLAYS = DEPLOY.resolve("overlays");
  private static final Path SINGLE = OVERLAYS.resolve("single-namespace");

  @Test
  void theClusterWideOverlayIsTheChartAsItIs() {
    var overlay = overlay(OVERLAYS.resolve("cluster-wide"));

    assertThat(overlay.remove("Namespace " + NAMESPACE))
        .as("Helm has its --create-namespace for it")
        .isNotNull();
    // No overlay knows how new the API server is: deploy/optional/attach.yaml is applied by hand.
    assertSame(overlay, chart(NAMESPACE, "--set", "attachPolicy.enabled=false"));
  }

  @Test
  void theSingleNamespaceOverlayIsTheChartForThatNamespaceAlone() {
    var overlay = overlay(SINGLE);

    assertThat(overlay.keySet())
        .as("all is in the namespace")
        .allMatch(name -> name.contains(" team-a/"));
    assertSame(
        overlay,
        chart(
            "team-a",
            "--set",
            "watchNamespaces={team-a},admissionPolicy.enabled=false,aggregateRoles.enabled=false"));
  }

  @Test
  void theNamespaceOfTheSingleNamespaceOverlayIsChangedInOnePlace(@TempDir Path directory)
      throws IOException {
    copy(DEPLOY, directory);
    var overlay = directory.resolve("overlays/single-namespace");
    var kustomization = overlay.resolve("kustomization.yaml");
    Files.writeString(
        kustomization,
        Files.readString(kustomization).replace("namespace: team-a", "namespace: team-b"));

    var built = kustomize(overlay);

    assertThat(built).doesNotContain("team-a");
    assertThat(objects(built).keySet()).allMatch(name -> name.contains(" team-b/"));
  }

  @Test
  void thePlainManifestsAreTheClusterWideOverlay() throws IOException {
    var plain =
        Files.readString(DEPLOY.resolve("rbac.yaml"))
            + "\n---\n"
            + Files.readString(DEPLOY.resolve("admission.yaml"))
            + "\n---\n"
            + Files.readString(DEPLOY.resolve("base/operator.yaml"));

    assertSame(objects(plain), overlay(OVERLAYS.resolve("cluster-wide")));
  }

  /** Or {@code kubectl apply -f deploy} would say that it knows no such kind. */
  @Test
  void theDirectoryOfPlainManifestsHasNoKustomization() throws IOException {
    try (var files = Files.list(DEPLOY)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("rbac.yaml", "admission.yaml");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "attach.yaml, attachPolicy.enabled=true",
    "finalizer.yaml, finalizerPolicy.enabled=true",
    "networkpolicy.yaml, networkPolicy.enabled=true",
    "stuck-pods.yaml, stuckPods.enabled=true",
  })
  void whatIsOptionalInTheChartIsOptionalInTheManifests(String file, String value)
      throws IOException {
    assertSame(
        objects(Files.readString(DEPLOY.resolve("optional").resolve(file))),
        chart(
            NAMESPACE,
            "--set",
            value,
            "--kube-version",
            "1.36.0",
            "--show-only",
            "templates/" + file));
  }

  private static Map<String, JsonNode> chart(String namespace, String... args) {
    return objects(Chart.template(RELEASE, namespace, args));
  }

  private static Map<String, JsonNode> overlay(Path directory) {
    return objects(kustomize(directory));
  }

  private static String kustomize(Path directory) {
    return Kubectl.withoutCluster().ok("kustomize", directory.toString());
  }

  private static Map<String, JsonNode> objects(String yaml) {
    return Manifest.byName(Manifest.parse(yaml).stream().map(Manifest::withoutOrigin).toList());
  }

  private static void assertSame(Map<String, JsonNode> one, Map<String, JsonNode> other) {
    assertThat(one).isNotEmpty();
    assertThat(one.keySet()).isEqualTo(other.keySet());
    one.forEach((name, object) -> assertThat(object).as(name).isEqualTo(other.get(name)));
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (var source : all) {
      var target = to.resolve(from.relativize(source));
      if (Files.isDirectory(source)) {
        Files.createDirectories(target);
      } else {
        Files.copy(source, target);
      }
    }
  }
}
