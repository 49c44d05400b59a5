package dev.regcred.testcluster;

import java.nio.file.Path;

/** A cluster with a real API server and real controllers, and the administrator's way into it. */
public interface TestCluster extends AutoCloseable {

  /** Which cluster it is, its version and address, and why it was chosen, in one line. */
  String description();

  /** The API server's version, such as {@code v1.36.3}. */
  String kubernetesVersion();

  /** The administrator's kubeconfig; it lasts as long as the cluster is open. */
  Path kubeconfig();

  /** A kubectl that talks to this cluster as its administrator. */
  Kubectl kubectl();

  /** Stops what was started for this cluster; an existing cluster is left alone. */
  @Override
  void close();
}
