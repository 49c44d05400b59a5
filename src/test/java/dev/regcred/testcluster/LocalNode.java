package dev.regcred.testcluster;

import java.nio.file.Path;
import java.util.List;

/**
 * The local control plane with a node that pulls images and runs Pods: {@code kubetools node}. It
 * wants root, and Linux namespaces of its own (src/node/in-namespaces).
 */
public final class LocalNode {
  /** In the directory of the kubeconfig: an image with busybox and nothing else. */
  private static final String IMAGE = "busybox.tar";

  private LocalNode() {}

  /**
   * Builds the programs if need be. That may need the network, which is not there in a namespace of
   * one's own.
   *
   * @throws ClusterUnavailableException if one has to be built and Go is missing
   */
  public static void build() {
    var progress = Progress.onConsole();
    ControlPlaneBuild.standard().program(progress);
    KubeTools.program(progress);
  }

  /** Starts one for a process that is in the same namespaces. */
  public static TestCluster start() {
    var progress = Progress.onConsole();
    var controlPlane = ControlPlaneBuild.standard().program(progress);
    return LocalControlPlane.start(
        List.of(KubeTools.program(progress).toString(), "node", controlPlane.toString()),
        controlPlane,
        "the local control plane with a node",
        "because images have to be pulled",
        progress);
  }

  /** An image without any base, as "docker save" writes one. */
  public static Path image(TestCluster node) {
    return node.kubeconfig().resolveSibling(IMAGE);
  }
}
