package dev.regcred.testcluster;

import java.nio.file.Path;

/** Starts the cluster that the properties and the machine call for. */
public final class TestClusters {
  private TestClusters() {}

  /**
   * Starts a cluster, and prints which one and why. Whoever starts it closes it.
   *
   * <p>System properties: {@code regcred.cluster} is auto, kubeconfig, k3s or local; {@code
   * regcred.kubeconfig} is the path of an existing cluster's kubeconfig.
   *
   * @throws ClusterUnavailableException if there is none to be had
   */
  public static TestCluster start() {
    var progress = Progress.onConsole();
    var kubeconfig = System.getProperty(ClusterChoice.KUBECONFIG_PROPERTY, "").strip();
    var choice =
        ClusterChoice.of(
            System.getProperty(ClusterChoice.CLUSTER_PROPERTY, "").strip(),
            kubeconfig,
            DockerEngine.ofTestcontainers());
    var cluster =
        switch (choice.kind()) {
          case KUBECONFIG ->
              ExistingCluster.open(Path.of(kubeconfig).toAbsolutePath(), choice.reason(), progress);
          case K3S -> K3sCluster.start(choice.reason(), progress);
          case LOCAL -> LocalControlPlane.start(choice.reason(), progress);
        };
    progress.say("Cluster: " + cluster.description());
    return cluster;
  }
}
