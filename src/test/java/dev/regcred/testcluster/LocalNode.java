package dev.regcred.testcluster;

import java.nio.file.Path;

/**
 * The local control plane with a node that pulls images and runs Pods: {@code kubecp node}. It
 * wants root, and Linux namespaces of its own (src/node/in-namespaces).
 */
public final class LocalNode {
  /** In the directory of the kubeconfig: an image with busybox and nothing else. */
  private static final String IMAGE = "busybox.tar";

  private LocalNode() {}

  /**
   * The program, which is built first if need be. That may need the network, which is not there in
   * a namespace of one's own.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  public static Path program() {
    return ControlPlaneBuild.ofThisProject().program(Progress.onConsole());
  }

  /** Starts one for a process that is in the same namespaces. */
  public static TestCluster start() {
    return LocalControlPlane.start(
        "node",
        "the local control plane with a node",
        "because images have to be pulled",
        Progress.onConsole());
  }

  /** An image without any base, as "docker save" writes one. */
  public static Path image(TestCluster node) {
    return node.kubeconfig().resolveSibling(IMAGE);
  }
}
