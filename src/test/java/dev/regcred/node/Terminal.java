package dev.regcred.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Where the story is told: commands as a user types them into bash, and what they print. */
final class Terminal {
  private static final int LIMIT_SECONDS = 360;

  /** Of a command that says the same again, or something for each of many objects. */
  private static final int FIRST_LINES = 8;

  private final Map<String, String> environment;
  private final Path directory;
  private final PrintStream out;
  private final StringBuilder transcript = new StringBuilder();
  private final long start = System.nanoTime();

  /**
   * @param environment all that the commands find in theirs
   * @param directory where they run
   * @param out where it is told
   */
  Terminal(Map<String, String> environment, Path directory, PrintStream out) {
    this.environment = environment;
    this.directory = directory;
    this.out = out;
  }

  /** What a command printed, and its exit code. */
  record Result(int exitCode, String stdout, String stderr) {
    String all() {
      return stdout + stderr;
    }
  }

  void chapter(String title) {
    println("");
    println("== %s (%d s)".formatted(title, seconds()));
  }

  void say(String line) {
    println("   " + line);
  }

  /** Types a command that must succeed. */
  void run(String command) {
    expectSuccess(command, type(command));
  }

  /** Types a command that must succeed, and shows how its answer begins. */
  void runBriefly(String command) {
    println("$ " + command.replace("\n", "\n> "));
    var result = execute(command);
    var lines = result.all().lines().toList();
    if (result.exitCode != 0 || lines.size() <= FIRST_LINES + 1) {
      print(lines);
    } else {
      print(lines.subList(0, FIRST_LINES));
      println("  (and %d more lines)".formatted(lines.size() - FIRST_LINES));
    }
    expectSuccess(command, result);
  }

  /** Types a command that must fail, and say why in these words. */
  void fails(String command, String words) {
    var result = type(command);
    if (result.exitCode == 0 || !result.all().contains(words)) {
      throw new IllegalStateException("Expected to fail with \"%s\": %s".formatted(words, command));
    }
  }

  /** What a command answers that nobody types; it must succeed. */
  String look(String command) {
    var result = execute(command);
    expectSuccess(command, result);
    return result.stdout.strip();
  }

  /** Whether a command succeeds that nobody types. */
  boolean succeeds(String command) {
    return execute(command).exitCode == 0;
  }

  /** Types a command whatever comes of it. */
  Result type(String command) {
    println("$ " + command.replace("\n", "\n> "));
    var result = execute(command);
    print(result.all().lines().toList());
    return result;
  }

  private static void expectSuccess(String command, Result result) {
    if (result.exitCode != 0) {
      throw new IllegalStateException(
          "Exit code %d of: %s: %s".formatted(result.exitCode, command, result.stderr.strip()));
    }
  }

  private void print(List<String> lines) {
    lines.forEach(line -> println("  " + line));
  }

  /** Waits for something that is seen without being told. */
  void until(String what, Duration patience, BooleanSupplier isSo) {
    try {
      Awaitility.await()
          .atMost(patience)
          .pollInterval(Duration.ofMillis(200))
          .until(isSo::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "Not so after %d s: %s".formatted(patience.toSeconds(), what), e);
    }
  }

  /** Something that must be so now. */
  void check(String what, boolean isSo) {
    if (!isSo) {
      throw new IllegalStateException("Not so: " + what);
    }
    say(what + ".");
  }

  /** All that was told. */
  String transcript() {
    return transcript.toString();
  }

  long seconds() {
    return Duration.ofNanos(System.nanoTime() - start).toSeconds();
  }

  private void println(String line) {
    out.println(line);
    transcript.append(line).append('\n');
  }

  private Result execute(String command) {
    var builder =
        new ProcessBuilder(
                "timeout",
                String.valueOf(LIMIT_SECONDS),
                "bash",
                "-c",
                "set -o pipefail; " + command)
            .directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var stderr =
          CompletableFuture.supplyAsync(
              () -> text(process.getErrorStream()), Thread::startVirtualThread);
      var stdout = text(process.getInputStream());
      return new Result(process.waitFor(), stdout, stderr.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during: " + command, e);
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
