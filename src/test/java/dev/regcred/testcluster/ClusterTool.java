package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program that administrators work with.
 *
 * @param name as it is called in messages
 * @param program the program and its first arguments
 * @param environment what is set for it besides the environment of this JVM
 */
record ClusterTool(String name, List<String> program, Map<String, String> environment) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  Kubectl.Result run(String stdin, String... args) {
    var command = new ArrayList<>(program);
    command.addAll(List.of(args));
    try {
      var output = Subprocess.of(command).with(environment).run(stdin, LIMIT);
      return new Kubectl.Result(output.exitCode(), output.stdout(), output.stderr());
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
  String ok(String... args) {
    var result = run("", args);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "%s %s: exit code %d: %s"
              .formatted(name, String.join(" ", args), result.exitCode(), result.stderr().strip()));
    }
    return result.stdout();
  }
}
