package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real kubectl. It never reads the configuration of the person who runs the tests. */
public final class Kubectl {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path NOTHING = Path.of("/dev/null");

  private final List<String> program;
  private final Map<String, String> environment;

  /** What a command printed, and its exit code. */
  public record Result(int exitCode, String stdout, String stderr) {}

  /**
   * For one cluster.
   *
   * @param cacheDirectory of this cluster alone: kubectl caches which kinds there are by address,
   *     and a later cluster on the same port may have others
   */
  Kubectl(List<String> program, Path kubeconfig, Path cacheDirectory) {
    this.program = program;
    this.environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "KUBECACHEDIR", cacheDirectory.toString(),
            "KUBERC", "off");
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
    return program;
  }

  public Result run(String... args) {
    return runWithInput("", args);
  }

  public Result runWithInput(String stdin, String... args) {
    var command = new ArrayList<>(program);
    command.addAll(List.of(args));
    try {
      var output = Subprocess.of(command).with(environment).run(stdin, LIMIT);
      return new Result(output.exitCode(), output.stdout(), output.stderr());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a command that must succeed.
   *
   * @return what it printed on standard output
   * @throws IllegalStateException with what it printed on standard error, if the exit code is not 0
   */
  public String ok(String... args) {
    var result = run(args);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "kubectl %s: exit code %d: %s"
              .formatted(String.join(" ", args), result.exitCode(), result.stderr().strip()));
    }
    return result.stdout();
  }
}
