package dev.regcred.testcluster;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells the person who waits what is going on, line by line. */
record Progress(Consumer<String> lines, Duration interval) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The test run's own output. */
  static Progress onConsole() {
    return new Progress(System.out::println, PATIENCE);
  }

  void say(String line) {
    lines.accept(line);
  }

  /** Says what is going on now and then, with the time it took so far, until it is closed. */
  Ongoing during(String activity) {
    var start = System.nanoTime();
    var timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("test-cluster-progress").factory());
    var _ =
        timer.scheduleAtFixedRate(
            () -> say("%s (%d s so far)".formatted(activity, secondsSince(start))),
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
    return timer::shutdownNow;
  }

  private static long secondsSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toSeconds();
  }

  /** An activity that takes its time. */
  @FunctionalInterface
  interface Ongoing extends AutoCloseable {
    @Override
    void close();
  }
}
