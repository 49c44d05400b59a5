package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.testcluster.Helm;
import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with a release {@code regcred} in {@code regcred-system}. The operator is a process
 * that has a token of the release's ServiceAccount.
 */
final class InstalledCluster implements AutoCloseable {
  private static final String RELEASE = "regcred";
  private static final String SYSTEM = "regcred-system";
  static final String NAMESPACE = "served";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final TestCluster cluster = TestClusters.start();
  private final Helm helm = Helm.on(cluster);
  private @Nullable RunningOperator operator;

  private final String values;
  private final Set<String> served;

  private InstalledCluster(String values, Set<String> served) {
    this.values = values;
    this.served = served;
  }

  /**
   * Starts one.
   *
   * @param values of the chart, as {@code --set} takes them
   * @param served the namespaces that the operator is told to watch, empty for all
   */
  static InstalledCluster start(String values, Set<String> served) throws IOException {
    var result = new InstalledCluster(values, served);
    try {
      result.kubectl("create", "namespace", NAMESPACE);
      result.install();
      return result;
    } catch (IOException | RuntimeException e) {
      result.close();
      throw e;
    }
  }

  /** Installs the release and starts its operator. */
  void install() throws IOException {
    helm.ok(
        "install",
        RELEASE,
        Chart.DIRECTORY,
        "--namespace",
        SYSTEM,
        "--create-namespace",
        "--set",
        values);
    var admin = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
    var token = kubectl("create", "token", RELEASE + "-operator", "-n", SYSTEM).strip();
    operator =
        RunningOperator.start(
            new OperatorConfig(0, served, 4),
            new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(token)
                .build());
  }

  /** Two credentials in the namespace; returns when both are Active. */
  void applyCredentials() {
    apply("src/test/resources/helm/credentials.yaml");
    awaitReady("regcred/withdrawn", "regcred/retained");
  }

  /** One for the cluster; returns when it is Active. */
  void applyClusterWideCredential() {
    apply("src/test/resources/helm/cluster-wide.yaml");
    awaitReady("cregcred/everywhere");
  }

  /**
   * Where a policy mutates resources, the API server refuses them for some seconds after their CRDs
   * were created.
   */
  private void apply(String file) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var result = cluster.kubectl().run("apply", "-f", file);
              assertThat(result.exitCode()).as(result.stderr()).isZero();
            });
  }

  private void awaitReady(String... credentials) {
    for (var credential : credentials) {
      kubectl("wait", "--for=condition=Ready", "--timeout=60s", "-n", NAMESPACE, credential);
    }
  }

  /** The operator goes first, which is the wrong order. */
  void loseOperator() {
    stopOperator();
    helm.ok("uninstall", RELEASE, "--namespace", SYSTEM);
  }

  /** The finalizers are on, and nobody takes them off. */
  void assertNothingGoes() {
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                kubectl("get", "registrycredentials", "-n", NAMESPACE, "-o", "name").lines().count()
                    == 2);
  }

  /**
   * Runs commands in a shell, with the kubectl and the Helm of these tests.
   *
   * @return what they printed
   */
  String run(String commands) throws IOException, InterruptedException {
    var functions =
        "kubectl() { %s \"$@\"; }\nhelm() { %s \"$@\"; }\n"
            .formatted(
                String.join(" ", cluster.kubectl().program()), String.join(" ", helm.program()));
    var shell = new ProcessBuilder("sh", "-ec", functions + commands).redirectErrorStream(true);
    shell.environment().putAll(helm.environment());
    var process = shell.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  String kubectl(String... args) {
    return cluster.kubectl().ok(args);
  }

  /** The names of all pull Secrets that carry the operator's mark. */
  List<String> managedSecrets() {
    return words(
        "get",
        "secrets",
        "-A",
        "-l",
        "regcred.dev/managed=true",
        "-o",
        "jsonpath={.items[*].metadata.name}");
  }

  boolean secretExists(String name) {
    return exists("secret", name, "-n", NAMESPACE);
  }

  boolean namespaceExists() {
    return exists("namespace", SYSTEM);
  }

  /** The entries of the ServiceAccount {@code default}. */
  String pullSecretsOfDefault() {
    return kubectl(
        "get",
        "serviceaccount",
        "default",
        "-n",
        NAMESPACE,
        "-o",
        "jsonpath={.imagePullSecrets[*].name}");
  }

  /** Whether the watches of the operator are in order. */
  boolean isReady() {
    return operator != null && operator.isReady();
  }

  /** Whether the release's ServiceAccount may do this. */
  boolean may(String verb, String kind, String namespace) {
    return cluster
        .kubectl()
        .run(
            "auth",
            "can-i",
            verb,
            kind,
            "-n",
            namespace,
            "--as",
            "system:serviceaccount:%s:%s-operator".formatted(SYSTEM, RELEASE))
        .stdout()
        .strip()
        .equals("yes");
  }

  /** The kinds of ours that the cluster has. */
  List<String> kinds() {
    return words(
        "get", "crds", "-o", "jsonpath={.items[?(@.spec.group=='regcred.dev')].metadata.name}");
  }

  /** What carries the release's label, of the kinds that Helm installed. */
  List<String> ofTheRelease() {
    return words(
        "get",
        "clusterroles,clusterrolebindings,validatingadmissionpolicies,mutatingadmissionpolicies,"
            + "validatingadmissionpolicybindings,mutatingadmissionpolicybindings",
        "-l",
        "app.kubernetes.io/instance=" + RELEASE,
        "-o",
        "jsonpath={.items[*].metadata.name}");
  }

  private boolean exists(String... object) {
    var args = new String[object.length + 2];
    args[0] = "get";
    args[1] = "--ignore-not-found";
    System.arraycopy(object, 0, args, 2, object.length);
    return !kubectl(args).isEmpty();
  }

  private List<String> words(String... args) {
    var words = kubectl(args).strip();
    return words.isEmpty() ? List.of() : List.of(words.split(" "));
  }

  private void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  @Override
  public void close() {
    stopOperator();
    cluster.close();
  }
}
