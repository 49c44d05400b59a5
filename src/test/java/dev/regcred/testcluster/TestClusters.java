package dev.regcred.testcluster;

import java.nio.file.Path;

/** Starts the cluster that the properties and the machine call for. */
public final class TestClusters {
  private TestClusters() {}

  /**
   * Starts a cluster, and prints which one and why. Whoever starts it closes it.
   *
   * <p>System properties: {@code regcred.cluster} is auto, kubeconfig, local or k3s; {@code
   * regcred.kubeconfig} is the path of an existing cluster's kubeconfig; {@code regcred.kubernetes}
   * is the minor version that the local control plane is built of.
   *
   * @throws ClusterUnavailableException if there is none to be had
   */
  public static TestCluster start() {
    var progress = Progress.onConsole();
    var wanted = ClusterProperties.ofThisJvm();
    var choice =
        ClusterChoice.of(
            wanted,
            () -> ControlPlaneBuild.standard().isPossible(),
            DockerEngine.ofTestcontainers());
    var cluster =
        switch (choice.kind()) {
          case KUBECONFIG ->
              ExistingCluster.open(
                  Path.of(wanted.kubeconfig()).toAbsolutePath(), choice.reason(), progress);
          case K3S -> K3sCluster.start(choice.reason(), progress);
          case LOCAL -> LocalControlPlane.start(choice.reason(), progress);
        };
    progress.say("Cluster: " + cluster.description());
    return cluster;
  }
}
