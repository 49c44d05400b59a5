package dev.regcred.monitoring;

import dev.regcred.testcluster.ClusterUnavailableException;
import dev.regcred.testcluster.GoProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus and promtool, compiled from the release that src/promtool requires. */
final class PrometheusPrograms {
  private static final String COMMANDS = "github.com/prometheus/prometheus/cmd/";

  /**
   * Nothing is discovered here, and the clients of all clouds would make them three times as big.
   */
  private static final List<String> FLAGS =
      List.of("-trimpath", "-ldflags", "-s -w", "-tags", "remove_all_sd");

  private PrometheusPrograms() {}

  /** What a command printed, both streams together, and its exit code. */
  record Output(int exitCode, String text) {}

  /**
   * The server.
   *
   * @throws IllegalStateException if it has to be built and Go is missing
   */
  static Path prometheus() {
    return built("prometheus");
  }

  /**
   * Runs promtool to its end.
   *
   * @throws IllegalStateException if it has to be built and Go is missing
   */
  static Output promtool(String... arguments) {
    var command = Stream.concat(Stream.of(built("promtool").toString()), Stream.of(arguments));
    try {
      var process = new ProcessBuilder(command.toList()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path built(String name) {
    var sources = Path.of(System.getProperty("basedir", ""), "src/promtool").toAbsolutePath();
    try {
      return GoProgram.command("Prometheus", sources, COMMANDS + name, FLAGS);
    } catch (ClusterUnavailableException e) {
      throw new IllegalStateException(
          name + " is compiled by Go 1.26 or newer: install it from https://go.dev/dl/.", e);
    }
  }
}
