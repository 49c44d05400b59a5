package dev.regcred.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each of many things was seen for the first time. */
final class Arrivals {
  private static final Duration STANDSTILL = Duration.ofMinutes(3);
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final Map<String, Long> times = new ConcurrentHashMap<>();

  void seen(String what, long nanoTime) {
    times.putIfAbsent(what, nanoTime);
  }

  int count() {
    return times.size();
  }

  /**
   * Waits for that many and shows how far it is.
   *
   * @param isAlive whether there is still something to wait for
   * @throws IllegalStateException if nothing comes for minutes
   */
  Arrivals await(int count, String what, java.util.function.BooleanSupplier isAlive)
      throws InterruptedException {
    var start = System.nanoTime();
    var lastChange = start;
    var lastCount = 0;
    var lastSaid = start;
    while (times.size() < count) {
      // Looked at instead of signalled: who notes an arrival must not be kept from the next one.
      Thread.sleep(2);
      var now = System.nanoTime();
      if (times.size() != lastCount) {
        lastCount = times.size();
        lastChange = now;
      }
      if (now - lastSaid > PROGRESS_NANOS) {
        lastSaid = now;
        System.out.printf(
            "    %s: %,d of %,d after %d s%n",
            what, lastCount, count, (now - start) / 1_000_000_000);
      }
      if (now - lastChange > STANDSTILL.toNanos() || !isAlive.getAsBoolean()) {
        throw new IllegalStateException(
            "%s: %d of %d, and no more came".formatted(what, lastCount, count));
      }
    }
    return this;
  }

  long first() {
    return times.values().stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  long last() {
    return times.values().stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  /** Since a moment. */
  Latencies since(long nanoTime) {
    var latencies = new Latencies();
    times.values().forEach(time -> latencies.add(time - nanoTime));
    return latencies;
  }
}
