package dev.regcred.testcluster;

import java.nio.file.Path;

/** A cluster that answers, of whichever kind. */
record RunningCluster(
    String name,
    String kubernetesVersion,
    String address,
    String reason,
    Path kubeconfig,
    Kubectl kubectl,
    Runnable stop)
    implements TestCluster {

  @Override
  public String description() {
    return "%s, Kubernetes %s (%s), %s".formatted(name, kubernetesVersion, address, reason);
  }

  @Override
  public void close() {
    stop.run();
  }
}
