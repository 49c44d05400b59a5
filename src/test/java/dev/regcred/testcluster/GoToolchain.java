package dev.regcred.testcluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Go that is new enough.
 *
 * @param command the go command
 * @param version its answer to {@code go version}
 * @param settings its answer to {@code go env} about what changes the outcome of a build
 */
record GoToolchain(String command, String version, String settings) {
  /** No C compiler is needed, and a program runs in an image that has no C library. */
  static final Map<String, String> ENVIRONMENT = Map.of("CGO_ENABLED", "0", "GOWORK", "off");

  private static final List<String> SETTINGS =
      List.of("GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFLAGS", "GOFIPS140");

  private static final int MINOR = 26;
  private static final Pattern RELEASE = Pattern.compile("\\bgo1\\.(\\d+)");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Asks in the module's directory: there a Go of 1.21 or later fetches the release that go.mod
   * wants, if it is allowed to.
   *
   * @param compiled what it is to compile, as it is called in a sentence
   * @param otherwise what to do without Go: the end of a sentence
   * @throws ClusterUnavailableException if it is missing or too old
   */
  static GoToolchain find(String command, Path module, String compiled, String otherwise) {
    var needed = "Go 1.%d or newer compiles %s, and ".formatted(MINOR, compiled);
    var remedy = ": install it from https://go.dev/dl/" + otherwise + ".";
    try {
      var output = run(command, module, List.of("version"), LIMIT);
      var release = RELEASE.matcher(output.stdout());
      if (output.exitCode() != 0 || !release.find() || Integer.parseInt(release.group(1)) < MINOR) {
        throw new ClusterUnavailableException(
            "%s\"%s version\" says \"%s\"%s"
                .formatted(needed, command, (output.stdout() + output.stderr()).strip(), remedy));
      }
      var question = new ArrayList<>(List.of("env"));
      question.addAll(SETTINGS);
      return new GoToolchain(
          command, output.stdout().strip(), run(command, module, question, LIMIT).stdout());
    } catch (IOException e) {
      throw new ClusterUnavailableException(
          "%sthere is no \"%s\" on the PATH%s".formatted(needed, command, remedy));
    }
  }

  /** Whether there is one, for a module. */
  static boolean isThere(String command, Path module) {
    try {
      find(command, module, "", "");
      return true;
    } catch (ClusterUnavailableException e) {
      return false;
    }
  }

  /** Runs a go command in a directory, to its end. */
  Subprocess.Output run(Path directory, List<String> arguments, Duration limit) throws IOException {
    return run(command, directory, arguments, limit);
  }

  private static Subprocess.Output run(
      String command, Path directory, List<String> arguments, Duration limit) throws IOException {
    var words = new ArrayList<>(List.of(command));
    words.addAll(arguments);
    return Subprocess.of(words).with(ENVIRONMENT).in(directory).run("", limit);
  }
}
