package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.regcred.testcluster.Helm;
import dev.regcred.testcluster.Kubectl;
import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A release on a cluster of its own, where the CRDs are the release's, too. There is no node: the
 * Pods stay Pending, and nothing waits for them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelmIT {
  private static final String RELEASE = "regcred-it";
  private static final String NAMESPACE = "helm-it";
  private static final String SERVED = "helm-it-served";
  private static final String OPERATOR = RELEASE + "-operator";
  private static final String ACCOUNT =
      "system:serviceaccount:%s:%s".formatted(NAMESPACE, OPERATOR);
  private static final String REGISTRIES =
      "registries[0].name=helm-it,registries[0].serverAddress=helm-it.example.com";
  private static final String DESCRIBED =
      "jsonpath={.spec.versions[0].additionalPrinterColumns[0].description}";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private TestCluster cluster;
  private Kubectl kubectl;
  private Helm helm;

  @BeforeAll
  void start() {
    cluster = TestClusters.start();
    kubectl = cluster.kubectl();
    helm = Helm.on(cluster);
    kubectl.ok("create", "namespace", SERVED);
  }

  @AfterAll
  void stop() {
    kubectl.ok("delete", "namespace", SERVED, NAMESPACE, "--ignore-not-found", "--wait=false");
    cluster.close();
  }

  @AfterEach
  void uninstall() {
    helm.ok("uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found");
    kubectl.ok("delete", "clusterregistry", "helm-it", "--ignore-not-found");
  }

  @Test
  void aReleaseIsInstalledUpgradedRolledBackAndUninstalled() {
    var notes = release("install", "--create-namespace", "--set", REGISTRIES);
    assertThat(notes).contains("kubectl rollout status deployment/" + OPERATOR, "CRDS");
    assertThat(replicas()).isEqualTo("2");
    assertThat(mayListSecretsIn("default")).isTrue();
    assertThat(clusterRoles()).contains(OPERATOR);
    awaitTheAdmissionPolicy();

    release("upgrade", "--reuse-values", "--set", "replicas=3");
    assertThat(replicas()).isEqualTo("3");

    // The registry is not in these values: it stays nevertheless.
    release("upgrade", "--reset-values", "--set", "watchNamespaces={" + SERVED + "}");
    assertThat(clusterRoles()).doesNotContain(OPERATOR);
    await().atMost(PATIENCE).until(() -> !mayListSecretsIn("default"));
    assertThat(mayListSecretsIn(SERVED)).isTrue();
    assertThat(registry().exitCode()).isZero();

    helm.ok("rollback", RELEASE, "1", "--namespace", NAMESPACE);
    assertThat(replicas()).isEqualTo("2");
    assertThat(clusterRoles()).contains(OPERATOR);
    await().atMost(PATIENCE).until(() -> mayListSecretsIn("default"));

    helm.ok("uninstall", RELEASE, "--namespace", NAMESPACE);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(installed())
                    .as("what is left")
                    .containsExactly("clusterregistry.regcred.dev/helm-it"));
    assertThat(kubectl.ok("get", "crds", "-o", "name").lines())
        .filteredOn(name -> name.endsWith(".regcred.dev"))
        .hasSize(4);
    assertThat(kubectl.ok("get", "secrets", "-n", NAMESPACE, "-l", "owner=helm", "-o", "name"))
        .isEmpty();
  }

  @Test
  void installedAgainItTakesItsRegistriesUpAgain() {
    release("install", "--create-namespace", "--set", REGISTRIES);
    helm.ok("uninstall", RELEASE, "--namespace", NAMESPACE);

    release("install", "--set", REGISTRIES);

    assertThat(registry().exitCode()).isZero();
  }

  /** As docs/upgrade.md has it; Helm itself leaves them as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"--server-side --force-conflicts", "--server-side=false"})
  void theCrdsAreUpgradedOnEitherSide(String side, @TempDir Path directory) throws IOException {
    release("install", "--create-namespace");
    var marked = "A newer description. " + side;
    var newer = newerCrd(directory, marked);

    apply(side, newer);
    assertThat(describedRegistry()).isEqualTo(marked);

    release("upgrade", "--reuse-values");
    assertThat(describedRegistry()).isEqualTo(marked);
    apply(side, Path.of("crds"));
    assertThat(describedRegistry()).isNotEqualTo(marked);
  }

  @Test
  void aWrongValueStopsAnUpgradeAndChangesNothing() {
    release("install", "--create-namespace");

    var result =
        helm.run(
            "upgrade",
            RELEASE,
            Chart.DIRECTORY,
            "--namespace",
            NAMESPACE,
            "--set",
            "replicas=many");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr()).contains("UPGRADE FAILED", "at '/replicas': got string");
    assertThat(replicas()).isEqualTo("2");
  }

  private String release(String verb, String... args) {
    var all = new ArrayList<>(List.of(verb, RELEASE, Chart.DIRECTORY, "--namespace", NAMESPACE));
    all.addAll(List.of(args));
    return helm.ok(all.toArray(String[]::new));
  }

  private void apply(String side, Path crds) {
    var args = new ArrayList<>(List.of("apply", "-f", crds.toString()));
    args.addAll(List.of(side.split(" ")));
    kubectl.ok(args.toArray(String[]::new));
  }

  /** One CRD that says something else. */
  private static Path newerCrd(Path directory, String description) throws IOException {
    var file = Path.of("crds/registries.regcred.dev.yaml");
    var newer =
        Files.readString(file).replace("Where the registry is in its life cycle.", description);
    assertThat(newer).contains(description);
    return Files.writeString(directory.resolve(file.getFileName()), newer);
  }

  private String describedRegistry() {
    return kubectl.ok("get", "crd", "registries.regcred.dev", "-o", DESCRIBED);
  }

  private String replicas() {
    return kubectl.ok(
        "get", "deployment", OPERATOR, "-n", NAMESPACE, "-o", "jsonpath={.spec.replicas}");
  }

  private Kubectl.Result registry() {
    return kubectl.run("get", "clusterregistry", "helm-it");
  }

  private String clusterRoles() {
    return kubectl.ok("get", "clusterroles", "-o", "jsonpath={.items[*].metadata.name}");
  }

  private boolean mayListSecretsIn(String namespace) {
    return kubectl
        .run("auth", "can-i", "list", "secrets", "-n", namespace, "--as", ACCOUNT)
        .stdout()
        .strip()
        .equals("yes");
  }

  /** The API server takes a moment before it holds to a new policy; nothing is stored meanwhile. */
  private void awaitTheAdmissionPolicy() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        kubectl
                            .run(
                                "create",
                                "secret",
                                "generic",
                                "probe",
                                "-n",
                                NAMESPACE,
                                "--dry-run=server",
                                "--as",
                                ACCOUNT)
                            .stderr())
                    .contains("'%s-secrets'".formatted(OPERATOR), "with its mark"));
  }

  /** Everything of the release that is on the cluster, of whichever kind. */
  private List<String> installed() {
    var kinds =
        String.join(
            ",", kubectl.ok("api-resources", "--verbs=list", "-o", "name").lines().toList());
    return kubectl
        .ok("get", kinds, "-A", "-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name")
        .lines()
        .toList();
  }
}
