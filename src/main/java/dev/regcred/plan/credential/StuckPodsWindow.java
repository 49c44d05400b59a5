package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.CredentialStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The looks for stuck Pods in one namespace after a pull Secret was attached there, and when the
 * next one is due.
 *
 * <pre>
 * attached     +1 s    +30 s           +2 min                 +10 min    every 10 min
 *    |          look     look, evict     look, evict            look ...   while some are stuck
 * </pre>
 *
 * @param attached when it was attached
 * @param looks how many looks there were since
 * @param next when the next one is due
 * @param found what the last one found
 * @param tried the UIDs of Pods whose eviction was tried; at most {@value #TRIED}, or those of the
 *     last time
 */
public record StuckPodsWindow(
    Instant attached, int looks, Instant next, StuckPodsFindings found, Set<String> tried) {
  /** When is looked after the attachment, whatever is found. */
  private static final List<Duration> AFTER =
      List.of(
          Duration.ofSeconds(1),
          StuckPods.EVICTION_DELAY,
          Duration.ofMinutes(2),
          Duration.ofMinutes(10));

  /** Between two looks while Pods are stuck, and between two that evict. */
  private static final Duration WHILE_STUCK = Duration.ofMinutes(10);

  static final Duration WHILE_EVICTING = Duration.ofMinutes(1);

  /** When a look that is one too many is tried again. */
  private static final Duration LATER = Duration.ofSeconds(20);

  static final int TRIED = 1_000;

  /** The window that opens when the pull Secret is attached. */
  public static StuckPodsWindow opened(Instant now) {
    return new StuckPodsWindow(
        now, 0, now.plus(AFTER.getFirst()), StuckPodsFindings.NOTHING, Set.of());
  }

  /**
   * The windows that a status speaks of, by namespace: where it names Pods, a look is due. This is
   * all that is known after a restart.
   */
  public static Map<String, StuckPodsWindow> recorded(
      CredentialSnapshot observed, @Nullable CredentialStatus last) {
    var known = new TreeMap<String, StuckPodsWindow>();
    var stuck = last == null ? null : last.stuckPods();
    if (stuck == null || stuck.attachedTime() == null) {
      return known;
    }
    var names = new TreeMap<String, List<String>>();
    for (String pod : stuck.pods()) {
      int slash = pod.indexOf('/');
      var namespace =
          slash < 0
              ? Objects.requireNonNullElse(observed.self().id().namespace(), "")
              : pod.substring(0, slash);
      names.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(pod.substring(slash + 1));
    }
    int others = stuck.count() - stuck.pods().size();
    for (var there : names.entrySet()) {
      int count = there.getValue().size() + others;
      others = 0;
      var found = new StuckPodsFindings(count, List.copyOf(there.getValue()), List.of(), false);
      known.put(
          there.getKey(),
          new StuckPodsWindow(stuck.attachedTime(), 1, observed.now(), found, Set.of()));
    }
    return known;
  }

  /** Whether it is time for the next look. */
  public boolean isDue(Instant now) {
    return !next.isAfter(now);
  }

  /** Whether nothing is left to look for: the last look has found nothing. */
  public boolean isOver() {
    return looks >= AFTER.size() && found.count() == 0;
  }

  /** The same after a look that found this. */
  public StuckPodsWindow looked(StuckPodsFindings now, Instant time) {
    var scheduled =
        looks + 1 < AFTER.size() ? attached.plus(AFTER.get(looks + 1)) : time.plus(WHILE_STUCK);
    return new StuckPodsWindow(
        attached,
        looks + 1,
        scheduled.isAfter(time) ? scheduled : time.plus(WHILE_EVICTING),
        now,
        tried);
  }

  /** The same where a look is one too many now: what is known may not be so any more. */
  public StuckPodsWindow later(Instant now) {
    return new StuckPodsWindow(attached, looks, now.plus(LATER), found.withoutEvictions(), tried);
  }

  /** The same where the next look is due at this time. */
  StuckPodsWindow at(Instant time) {
    return new StuckPodsWindow(attached, looks, time, found, tried);
  }

  /** The same with the UIDs of more Pods whose eviction was tried. */
  StuckPodsWindow tried(Set<String> more) {
    var all = new HashSet<>(more);
    if (all.size() + tried.size() <= TRIED) {
      all.addAll(tried);
    }
    return new StuckPodsWindow(attached, looks, next, found, Set.copyOf(all));
  }
}
