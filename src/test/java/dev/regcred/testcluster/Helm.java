package dev.regcred.testcluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A real Helm: the one that is compiled into kubetools, whatever the cluster is. It never reads the
 * configuration of the person who runs the tests.
 */
public final class Helm {
  private static final Path NOTHING = Path.of("/dev/null");

  private final ClusterTool tool;

  Helm(List<String> program, Path kubeconfig, Path home) {
    this.tool =
        new ClusterTool(
            "helm",
            program,
            Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "HELM_CACHE_HOME", home.resolve("cache").toString(),
                "HELM_CONFIG_HOME", home.resolve("config").toString(),
                "HELM_DATA_HOME", home.resolve("data").toString()));
  }

  /**
   * One that talks to this cluster as its administrator.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  public static Helm on(TestCluster cluster) {
    return built(cluster.kubeconfig());
  }

  /** For what needs no API server, such as {@code helm template}; it knows of no cluster. */
  public static Helm withoutCluster() {
    return built(NOTHING);
  }

  private static Helm built(Path kubeconfig) {
    var program = KubeTools.program(Progress.onConsole());
    // Two JVMs of one build each have theirs.
    var home =
        Path.of(
                System.getProperty("basedir", ""),
                "target",
                "helm-" + System.getProperty("regcred.run", "alone"))
            .toAbsolutePath();
    return new Helm(List.of(program.toString(), "helm"), kubeconfig, home);
  }

  /** The program and its first arguments, for a shell. */
  public List<String> program() {
    return tool.program();
  }

  /** What is set for it besides the environment of this JVM. */
  public Map<String, String> environment() {
    return tool.environment();
  }

  public Kubectl.Result run(String... args) {
    return tool.run("", args);
  }

  /**
   * Runs a command that must succeed.
   *
   * @return what it printed on standard output
   * @throws IllegalStateException with what it printed on standard error, if the exit code is not 0
   */
  public String ok(String... args) {
    return tool.ok(args);
  }
}
