package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.Helm;
import dev.regcred.testcluster.TestCluster;
import dev.regcred.testkit.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart makes of values, and what a real API server says to that. Nothing is stored. */
class ChartIT {
  private static final String RELEASE = "chart-it";
  private static final List<String> NAMESPACES = List.of(RELEASE, "chart-it-a", "chart-it-b");

  /**
   * The Prometheus operator's, whose CRDs are not on the test cluster: these are not tried there.
   */
  private static final String NOT_THERE = "monitoring.coreos.com";

  private static final Pattern SOURCE = Pattern.compile("(?m)^# Source: regcred/templates/(.+)$");
  private static final Helm HELM = Helm.withoutCluster();
  private static final TestCluster CLUSTER = Installation.shared().cluster();

  static List<Path> valuesFiles() {
    return Chart.valuesFiles();
  }

  @BeforeAll
  static void createNamespaces() {
    for (var namespace : NAMESPACES) {
      CLUSTER.kubectl().ok("create", "namespace", namespace);
      // It refuses a Pod that is not restricted, and warns of a Deployment of such.
      CLUSTER
          .kubectl()
          .ok(
              "label",
              "namespace",
              namespace,
              "pod-security.kubernetes.io/enforce=restricted",
              "pod-security.kubernetes.io/warn=restricted");
    }
    // A Pod is refused until its ServiceAccount is there.
    Awaitility.await()
        .until(
            () ->
                CLUSTER.kubectl().run("get", "serviceaccount", "default", "-n", RELEASE).exitCode()
                    == 0);
  }

  @AfterAll
  static void deleteNamespaces() {
    NAMESPACES.forEach(
        namespace -> CLUSTER.kubectl().ok("delete", "namespace", namespace, "--wait=false"));
  }

  @ParameterizedTest
  @MethodSource("valuesFiles")
  void helmLintFindsNothing(Path values) {
    var result =
        HELM.run(
            "lint",
            "--strict",
            Chart.DIRECTORY,
            "-f",
            values.toString(),
            "--kube-version",
            version());

    assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isZero();
    assertThat(result.stdout()).contains("0 chart(s) failed").doesNotContain("[WARNING]");
  }

  @ParameterizedTest
  @MethodSource("valuesFiles")
  void theApiServerAcceptsEveryObject(Path values) {
    var all = render(values);
    var tried = all.stream().filter(object -> !object.group().equals(NOT_THERE)).toList();

    var result =
        CLUSTER
            .kubectl()
            .runWithInput(
                tried.stream().map(Manifest::toString).collect(Collectors.joining("\n---\n")),
                "apply",
                "--server-side",
                "--dry-run=server",
                "--validate=strict",
                "-f",
                "-");

    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stderr()).doesNotContain("would violate PodSecurity");
    assertThat(result.stdout().lines()).hasSameSizeAs(tried);
  }

  /** With that no object is rendered nowhere, and only two are not tried on the API server. */
  @Test
  void theValuesFilesRenderEveryTemplate() throws IOException {
    var rendered = new TreeSet<String>();
    var notTried = new TreeSet<String>();
    for (var values : Chart.valuesFiles()) {
      SOURCE
          .matcher(
              Chart.template(
                  RELEASE, RELEASE, "-f", values.toString(), "--kube-version", version()))
          .results()
          .forEach(match -> rendered.add(match.group(1)));
      render(values).stream()
          .filter(object -> object.group().equals(NOT_THERE))
          .forEach(object -> notTried.add(object.kind()));
    }

    try (Stream<Path> files = Files.walk(Path.of(Chart.DIRECTORY, "templates"))) {
      assertThat(rendered)
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> Path.of(Chart.DIRECTORY, "templates").relativize(file).toString())
                  .filter(file -> file.endsWith(".yaml"))
                  .toList());
    }
    assertThat(notTried).containsExactly("PrometheusRule", "ServiceMonitor");
  }

  @Test
  void theRulesAndTheDashboardAreThoseOfTheFiles() throws IOException {
    var objects =
        Chart.render(
            RELEASE, RELEASE, "--set", "prometheusRule.enabled=true,dashboard.enabled=true");

    assertThat(objects)
        .filteredOn(object -> object.kind().equals("PrometheusRule"))
        .singleElement()
        .extracting(rule -> rule.json().path("spec"))
        .isEqualTo(
            Manifest.parse(Files.readString(Path.of(Chart.DIRECTORY, "files/alerts.yaml")))
                .getFirst()
                .json());
    assertThat(objects)
        .filteredOn(object -> object.kind().equals("ConfigMap"))
        .singleElement()
        .extracting(dashboard -> dashboard.json().path("data").path("regcred.json").asText())
        .isEqualTo(Files.readString(Path.of(Chart.DIRECTORY, "files/dashboard.json")).strip());
  }

  @Test
  void forSomeNamespacesNothingIsClusterScopedButWhatHasASwitch() {
    var objects =
        Chart.render(
            RELEASE,
            RELEASE,
            "--set",
            "watchNamespaces={chart-it-a,chart-it-b}",
            "--set",
            "admissionPolicy.enabled=false,aggregateRoles.enabled=false");

    assertThat(objects).extracting(Manifest::name).allMatch(name -> name.contains("/"));
    assertThat(objects)
        .extracting(Manifest::name)
        .contains(
            "Role chart-it-a/chart-it-operator",
            "Role chart-it-b/chart-it-operator",
            "Role chart-it/chart-it-operator-lease");
    assertThat(objects)
        .filteredOn(object -> object.kind().equals("Role"))
        .allSatisfy(
            role -> assertThat(role.toString()).doesNotContain("*", "cluster", "namespaces"));
  }

  @Test
  void thePackageHasTheCrdsInIt(@TempDir Path directory) throws IOException {
    HELM.ok("package", Chart.DIRECTORY, "--destination", directory.toString());

    String packed;
    try (var files = Files.list(directory)) {
      packed = files.findFirst().orElseThrow().toString();
    }
    assertThat(Manifest.parse(HELM.ok("show", "crds", packed)))
        .extracting(Manifest::name)
        .containsExactlyInAnyOrder(
            "CustomResourceDefinition registries.regcred.dev",
            "CustomResourceDefinition registrycredentials.regcred.dev",
            "CustomResourceDefinition clusterregistries.regcred.dev",
            "CustomResourceDefinition clusterregistrycredentials.regcred.dev");
    assertThat(HELM.ok("template", RELEASE, packed, "--namespace", RELEASE))
        .isEqualTo(Chart.template(RELEASE, RELEASE));
  }

  private static List<Manifest> render(Path values) {
    return Chart.render(RELEASE, RELEASE, "-f", values.toString(), "--kube-version", version());
  }

  private static String version() {
    return CLUSTER.kubernetesVersion();
  }
}
