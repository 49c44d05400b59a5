package dev.regcred.testcluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A program that is run to its end.
 *
 * @param command the program and its arguments
 * @param environment what is set besides the environment of this JVM
 * @param directory where it runs
 */
record Subprocess(List<String> command, Map<String, String> environment, Path directory) {
  private static final Path HERE = Path.of("").toAbsolutePath();

  record Output(int exitCode, String stdout, String stderr) {}

  static Subprocess of(List<String> command) {
    return new Subprocess(command, Map.of(), HERE);
  }

  /** Sets some more. */
  Subprocess with(Map<String, String> variables) {
    var all = new HashMap<>(environment);
    all.putAll(variables);
    return new Subprocess(command, all, directory);
  }

  Subprocess in(Path otherDirectory) {
    return new Subprocess(command, environment, otherDirectory);
  }

  /**
   * Runs it; it is killed when this JVM ends first.
   *
   * @throws IOException if there is no such program
   * @throws IllegalStateException if it takes longer than the limit
   */
  Output run(String stdin, Duration limit) throws IOException {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    var killer = Thread.ofPlatform().unstarted(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      var stdout = inBackground(() -> text(process.getInputStream()));
      var stderr = inBackground(() -> text(process.getErrorStream()));
      feed(process, stdin);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "%s took longer than %d s.".formatted(command, limit.toSeconds()));
      }
      return new Output(process.exitValue(), stdout.join(), stderr.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while %s ran.".formatted(command), e);
    } finally {
      kill(process);
      forget(killer);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void forget(Thread shutdownHook) {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The JVM is ending and the hook has its turn; a finished process does not mind.
    }
  }

  private static CompletableFuture<String> inBackground(Supplier<String> work) {
    return CompletableFuture.supplyAsync(work, Thread::startVirtualThread);
  }

  private static void feed(Process process, String stdin) {
    try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
      input.write(stdin);
    } catch (IOException e) {
      // It ended without reading everything; its exit code tells whether that was wrong.
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
