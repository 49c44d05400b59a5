package dev.regcred.testcluster;

import java.nio.file.Path;

/**
 * What the tests need beside a cluster, whichever that is: Helm, the kubelet's and the GitOps
 * tools' code, and a node. It is compiled by Go (src/localcluster/kubetools), and most of it is
 * compiled already where the local control plane is.
 */
final class KubeTools {
  private KubeTools() {}

  /**
   * The program, which is built first if need be.
   *
   * @throws ClusterUnavailableException if Go is missing or too old
   * @throws IllegalStateException if it does not compile
   */
  static Path program(Progress progress) {
    var sources = ControlPlaneBuild.sourcesOfThisProject();
    var go =
        GoToolchain.find(
            "go",
            sources,
            "Helm and the code of kubelets and GitOps tools that tests ask",
            " (a Docker engine does not replace it)");
    return new GoProgram(
            "Helm and other tools",
            "a kubelet and Helm",
            GoModule.in(sources),
            "./kubetools",
            KubernetesRelease.standard(sources).flags(),
            ProgramCache.ofUser("kubetools", "kubetools"))
        .path(go, progress);
  }
}
