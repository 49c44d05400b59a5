package dev.regcred.testcluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The Go that compiles the local control plane.
 *
 * @param command the go command
 * @param version its answer to {@code go version}, which names the platform too
 */
record GoToolchain(String command, String version) {
  private static final int MINOR = 26;
  private static final Pattern RELEASE = Pattern.compile("\\bgo1\\.(\\d+)");
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String REMEDY =
      "install it from https://go.dev/dl/, or take another cluster by regcred.cluster=k3s (a Docker"
          + " engine) or regcred.kubeconfig (a cluster of your own).";

  /**
   * Asks in the module's directory: there a Go of 1.21 or later fetches the release that go.mod
   * wants, if it is allowed to.
   *
   * @throws ClusterUnavailableException if it is missing or too old
   */
  static GoToolchain find(String command, Path module) {
    Subprocess.Output output;
    try {
      output = Subprocess.of(List.of(command, "version")).in(module).run("", LIMIT);
    } catch (IOException e) {
      throw new ClusterUnavailableException(
          "The local control plane is compiled by Go 1.%d or newer, and there is no \"%s\" on the PATH: %s"
              .formatted(MINOR, command, REMEDY));
    }
    var release = RELEASE.matcher(output.stdout());
    if (output.exitCode() != 0 || !release.find() || Integer.parseInt(release.group(1)) < MINOR) {
      throw new ClusterUnavailableException(
          "The local control plane is compiled by Go 1.%d or newer, and \"%s version\" says \"%s\": %s"
              .formatted(MINOR, command, (output.stdout() + output.stderr()).strip(), REMEDY));
    }
    return new GoToolchain(command, output.stdout().strip());
  }
}
