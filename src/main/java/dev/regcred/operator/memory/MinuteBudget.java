package dev.regcred.operator.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * A budget of what may be done within a minute: so often in a namespace, and so often in all. What
 * is known of it ends with the process.
 */
public final class MinuteBudget {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final int inNamespace;
  private final int inAll;
  private final Deque<Instant> all = new ArrayDeque<>();
  private final Map<String, Deque<Instant>> byNamespace = new HashMap<>();

  /** A budget of which nothing is used. */
  public MinuteBudget(int inNamespace, int inAll) {
    this.inNamespace = inNamespace;
    this.inAll = inAll;
  }

  /** How many of so many more are within the budget; they are counted then. */
  public synchronized int take(String namespace, int wanted, Instant now) {
    var since = now.minus(PERIOD);
    expire(all, since);
    byNamespace.values().forEach(times -> expire(times, since));
    byNamespace.values().removeIf(Deque::isEmpty);
    var there = byNamespace.get(namespace);
    int left = Math.min(inAll - all.size(), inNamespace - (there == null ? 0 : there.size()));
    int taken = Math.clamp(left, 0, wanted);
    charge(namespace, taken, now);
    return taken;
  }

  /** Counts so many more, which were done already, be they within the budget or not. */
  public synchronized void charge(String namespace, int count, Instant now) {
    var there = byNamespace.computeIfAbsent(namespace, _ -> new ArrayDeque<>());
    for (int i = 0; i < count; i++) {
      all.add(now);
      there.add(now);
    }
  }

  private static void expire(Deque<Instant> times, Instant since) {
    while (!times.isEmpty() && !times.getFirst().isAfter(since)) {
      times.removeFirst();
    }
  }
}
