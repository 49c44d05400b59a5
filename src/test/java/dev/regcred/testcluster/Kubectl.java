package dev.regcred.testcluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real kubectl. It never reads the configuration of the person who runs the tests. */
public final class Kubectl {
  private static final Path NOTHING = Path.of("/dev/null");

  private final ClusterTool tool;

  /** What a command printed, and its exit code. */
  public record Result(int exitCode, String stdout, String stderr) {}

  /**
   * For one cluster.
   *
   * @param cacheDirectory of this cluster alone: kubectl caches which kinds there are by address,
   *     and a later cluster on the same port may have others
   */
  Kubectl(List<String> program, Path kubeconfig, Path cacheDirectory) {
    this.tool =
        new ClusterTool(
            "kubectl",
            program,
            Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "KUBECACHEDIR", cacheDirectory.toString(),
                "KUBERC", "off"));
  }

  /**
   * For what needs no API server, such as {@code create secret --dry-run=client}; it knows of no
   * cluster.
   */
  public static Kubectl withoutCluster() {
    return new Kubectl(KubectlProgram.find(Progress.onConsole()), NOTHING, NOTHING);
  }

  /** The program and its first arguments, for a shell. */
  public List<String> program() {
    return tool.program();
  }

  public Result run(String... args) {
    return runWithInput("", args);
  }

  public Result runWithInput(String stdin, String... args) {
    return tool.run(stdin, args);
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
