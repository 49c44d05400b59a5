package dev.regcred.operator.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * A budget of what may be done within a minute: so often in a namespace, and so often in all. Where
 * this is too little for all namespaces that want some, each has an equal share of it: of 60 that
 * share 30 a minute, one in two minutes. So who has many namespaces keeps no other from its own.
 * What is known of it ends with the process.
 */
public final class MinuteBudget {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** How long a namespace that wanted some is counted among those that do, at least. */
  private static final Duration WANTING = PERIOD.multipliedBy(2);

  private final int inNamespace;
  private final int inAll;
  private final Deque<Instant> all = new ArrayDeque<>();
  private final Map<String, Deque<Instant>> byNamespace = new HashMap<>();
  private final Map<String, Instant> wanting = new HashMap<>();
  private Instant swept = Instant.EPOCH;

  /** A budget of which nothing is used. */
  public MinuteBudget(int inNamespace, int inAll) {
    this.inNamespace = inNamespace;
    this.inAll = inAll;
  }

  /** How many of so many more are within the budget; they are counted then. */
  public synchronized int take(String namespace, int wanted, Instant now) {
    wanting.put(namespace, now);
    sweep(now);
    int count = wanting.size();
    int share = Math.clamp(inAll / count, 1, inNamespace);
    expire(all, now.minus(PERIOD));
    var there = byNamespace.get(namespace);
    if (there != null) {
      expire(there, now.minus(turn(count)));
    }
    int left = Math.min(inAll - all.size(), share - (there == null ? 0 : there.size()));
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

  /** How often a namespace may take its share of so many. */
  private Duration turn(int count) {
    return count <= inAll ? PERIOD : PERIOD.multipliedBy(count).dividedBy(inAll);
  }

  /** Forgets what counts no more. Not at each turn: there may be thousands of namespaces. */
  private void sweep(Instant now) {
    if (now.isBefore(swept.plus(PERIOD))) {
      return;
    }
    swept = now;
    wanting.values().removeIf(time -> !time.isAfter(now.minus(WANTING)));
    var since = now.minus(turn(wanting.size()));
    byNamespace.values().forEach(times -> expire(times, since));
    byNamespace.values().removeIf(Deque::isEmpty);
  }

  private static void expire(Deque<Instant> times, Instant since) {
    while (!times.isEmpty() && !times.getFirst().isAfter(since)) {
      times.removeFirst();
    }
  }
}
