package dev.regcred.testcluster;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Compiles the local control plane (src/localcluster/kubecp).
 *
 * @param sources the directory with go.mod
 * @param release the Kubernetes that it is built of
 * @param cache where the programs are kept
 * @param goCommand the go command
 */
record ControlPlaneBuild(
    Path sources, KubernetesRelease release, ProgramCache cache, String goCommand) {
  private static final String OTHERWISE =
      ", or take another cluster by regcred.cluster=k3s (a Docker engine) or regcred.kubeconfig (a"
          + " cluster of your own)";

  /**
   * The one of the Kubernetes that the property {@value KubernetesRelease#PROPERTY} names.
   *
   * @throws ClusterUnavailableException if there is no such release
   */
  static ControlPlaneBuild ofThisProject() {
    var minor = System.getProperty(KubernetesRelease.PROPERTY, "").strip();
    return of(KubernetesRelease.of(minor, sourcesOfThisProject()));
  }

  /** The one of the Kubernetes that everything is built of unless somebody says otherwise. */
  static ControlPlaneBuild standard() {
    return of(KubernetesRelease.standard(sourcesOfThisProject()));
  }

  private static ControlPlaneBuild of(KubernetesRelease release) {
    return new ControlPlaneBuild(
        sourcesOfThisProject(), release, ProgramCache.ofUser("localcluster", "kubecp"), "go");
  }

  static Path sourcesOfThisProject() {
    return Path.of(System.getProperty("basedir", ""), "src", "localcluster").toAbsolutePath();
  }

  /** Whether it can be compiled here. */
  boolean isPossible() {
    return GoToolchain.isThere(goCommand, sources);
  }

  /** The program if it has been built already. */
  Optional<Path> existing() {
    try {
      return compiled().existing(go());
    } catch (ClusterUnavailableException e) {
      return Optional.empty(); // it cannot have been built without Go
    }
  }

  /**
   * The program, which is built first if need be.
   *
   * @throws ClusterUnavailableException if Go is missing or too old
   * @throws IllegalStateException if it does not compile
   */
  Path program(Progress progress) {
    return compiled().path(go(), progress);
  }

  private GoToolchain go() {
    return GoToolchain.find(goCommand, sources, "the local control plane", OTHERWISE);
  }

  private GoProgram compiled() {
    return new GoProgram(
        "the local control plane",
        "Kubernetes " + release.version(),
        new GoModule(sources, release.modFile()),
        "./kubecp",
        release.flags(),
        cache);
  }
}
