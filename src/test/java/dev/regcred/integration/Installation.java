package dev.regcred.integration;

import dev.regcred.testcluster.SharedCluster;
import dev.regcred.testcluster.TestCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * What an administrator installs before the operator runs: the CRDs and the RBAC, from the files
 * that ship.
 *
 * @param cluster the cluster
 * @param admin the administrator's client
 * @param operatorConfig the way in that the operator's ServiceAccount has
 */
public record Installation(TestCluster cluster, KubernetesClient admin, Config operatorConfig) {
  /** On the cluster that all integration tests share. */
  public static Installation shared() {
    return Shared.INSTALLATION;
  }

  private static final class Shared {
    static final Installation INSTALLATION = on(SharedCluster.get());
  }

  /** Installs what ships on a cluster. */
  public static Installation on(TestCluster cluster) {
    var kubectl = cluster.kubectl();
    kubectl.ok("apply", "-f", "crds", "-f", "deploy/rbac.yaml");
    kubectl.ok(
        "wait",
        "--for=condition=Established",
        "crd/registries.regcred.dev",
        "crd/registrycredentials.regcred.dev");
    // A CRD is established a moment before its storage is; kubectl waits for that by itself.
    kubectl.ok("get", "registries,registrycredentials", "--all-namespaces");
    var admin = Config.fromKubeconfig(read(cluster));
    var token =
        kubectl.ok("create", "token", "regcred-operator", "-n", "regcred-system", "--duration=12h");
    var operator =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token.strip())
            .build();
    return new Installation(
        cluster, new KubernetesClientBuilder().withConfig(admin).build(), operator);
  }

  private static String read(TestCluster cluster) {
    try {
      return Files.readString(cluster.kubeconfig());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
