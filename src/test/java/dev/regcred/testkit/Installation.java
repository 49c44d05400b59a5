package dev.regcred.testkit;

import dev.regcred.operator.kubeconfig.Kubeconfig;
import dev.regcred.testcluster.SharedCluster;
import dev.regcred.testcluster.TestCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * What an administrator installs before the operator runs: the CRDs, the RBAC and the policy that
 * bounds the operator, from the files that ship.
 *
 * @param cluster the cluster
 * @param admin the administrator's client
 * @param operatorConfig the way in that the operator's ServiceAccount has
 */
public record Installation(TestCluster cluster, KubernetesClient admin, Config operatorConfig) {
  /** The name under which the API server notes down what the operator writes. */
  public static final String OPERATOR_FIELD_MANAGER = "regcred";

  /** Another one for what tests write, so that the two can be told apart. */
  private static final String TESTS_USER_AGENT = "regcred-tests/1";

  /** A client of the operator's ServiceAccount, whose writes are noted down as the operator's. */
  public KubernetesClient operatorClient() {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(operatorConfig).withUserAgent("regcred/v1alpha1").build())
        .build();
  }

  /** On the cluster that all integration tests share. */
  public static Installation shared() {
    return Shared.INSTALLATION;
  }

  private static final class Shared {
    static final Installation INSTALLATION = watched(on(SharedCluster.get()));

    /** From the first test on, all that is logged and every status is looked at. */
    private static Installation watched(Installation installation) {
      TraceLog.begin();
      StatusWatch.begin(installation.admin());
      return installation;
    }
  }

  /** Installs what ships on a cluster. */
  public static Installation on(TestCluster cluster) {
    var kubectl = cluster.kubectl();
    kubectl.ok("apply", "-f", "crds", "-f", "deploy");
    kubectl.ok(
        "wait",
        "--for=condition=Established",
        "crd/registries.regcred.dev",
        "crd/registrycredentials.regcred.dev",
        "crd/clusterregistries.regcred.dev",
        "crd/clusterregistrycredentials.regcred.dev");
    // A CRD is established a moment before its storage is; kubectl waits for that by itself.
    kubectl.ok(
        "get", "registries,registrycredentials,clusterregistries,clusterregistrycredentials", "-A");
    var admin = Config.fromKubeconfig(read(cluster));
    admin.setUserAgent(TESTS_USER_AGENT);
    var token =
        kubectl.ok("create", "token", "regcred-operator", "-n", "regcred-system", "--duration=12h");
    var operator =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token.strip())
            .build();
    awaitPolicy(operator);
    return new Installation(
        cluster, new KubernetesClientBuilder().withConfig(admin).build(), operator);
  }

  /**
   * Writes a kubeconfig of the operator's ServiceAccount.
   *
   * @param file where it is written
   * @param server the way in; the API server's own, or one that leads there
   * @return the file
   */
  public Path writeKubeconfig(Path file, String server) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: operator
        contexts: [{name: operator, context: {cluster: tests, user: operator}}]
        clusters: [{name: tests, cluster: {server: "%s", certificate-authority-data: "%s"}}]
        users: [{name: operator, user: {token: "%s"}}]
        """
            .formatted(server, authority(), operatorConfig.getOauthToken()));
  }

  /** The same, straight to the API server. */
  public Path writeKubeconfig(Path file) throws IOException {
    return writeKubeconfig(file, operatorConfig.getMasterUrl());
  }

  /**
   * Writes what a kubelet mounts into the operator's Pod.
   *
   * @param directory where it is written, and where no {@code .kube/config} is
   * @return the environment that a Pod has besides
   */
  public Map<String, String> writeServiceAccount(Path directory) throws IOException {
    Files.write(directory.resolve("ca.crt"), Base64.getDecoder().decode(authority()));
    Files.writeString(directory.resolve("token"), operatorConfig.getOauthToken());
    var server = URI.create(operatorConfig.getMasterUrl());
    return Map.of(
        "HOME",
        directory.toString(),
        "KUBERNETES_SERVICE_HOST",
        server.getHost(),
        "KUBERNETES_SERVICE_PORT",
        String.valueOf(server.getPort()),
        Kubeconfig.SERVICE_ACCOUNT_DIRECTORY,
        directory.toString());
  }

  private String authority() throws IOException {
    return operatorConfig.getCaCertData() == null
        ? Base64.getEncoder()
            .encodeToString(Files.readAllBytes(Path.of(operatorConfig.getCaCertFile())))
        : operatorConfig.getCaCertData();
  }

  /**
   * The API server takes a moment before it holds to a new policy; nothing is stored meanwhile. The
   * policy of Leases is the last in its file.
   */
  private static void awaitPolicy(Config operator) {
    try (var client = new KubernetesClientBuilder().withConfig(operator).build()) {
      var name = new ObjectMetaBuilder().withName("regcred-operator").addToLabels("probe", "true");
      var secret = new SecretBuilder().withMetadata(name.build()).build();
      var account = new ServiceAccountBuilder().withMetadata(name.build()).build();
      var lease = new LeaseBuilder().withNewMetadata().withName("probe").endMetadata().build();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  isRefused(() -> inNamespace(client, secret).dryRun(true).create())
                      && isRefused(() -> inNamespace(client, lease).dryRun(true).create())
                      && isRefused(
                          () ->
                              inNamespace(client, account)
                                  .dryRun(true)
                                  .patch(
                                      PatchContext.of(PatchType.JSON_MERGE),
                                      "{\"metadata\":{\"labels\":{\"probe\":\"true\"}}}")));
    }
  }

  private static <T extends HasMetadata> Resource<T> inNamespace(
      KubernetesClient client, T object) {
    return client.resource(object).inNamespace("regcred-system");
  }

  private static boolean isRefused(Runnable write) {
    try {
      write.run();
      return false;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage()).contains("ValidatingAdmissionPolicy");
    }
  }

  private static String read(TestCluster cluster) {
    try {
      return Files.readString(cluster.kubeconfig());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
