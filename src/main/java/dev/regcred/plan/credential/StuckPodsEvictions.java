package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * The evictions of stuck Pods that follow a look at a namespace.
 *
 * @param window when the next look at the namespace is due after them
 * @param evictions the evictions
 */
public record StuckPodsEvictions(StuckPodsWindow window, List<Action.EvictPod> evictions) {
  /** How many Pods of a namespace are evicted at most within a minute, and how many of all. */
  public static final int IN_A_NAMESPACE = 5;

  public static final int IN_THE_CLUSTER = 30;

  /** When is looked again, or what became of evictions is said, for the sake of the status. */
  public static final Duration ONCE_RECORDED = Duration.ofSeconds(1);

  /**
   * The evictions that follow a look.
   *
   * @param isRecorded whether the status says that Pods are stuck: only then are they evicted, so
   *     that the next operator knows of them if this one dies meanwhile
   * @param budget says of a number of Pods that could be evicted now how many may be
   */
  public static StuckPodsEvictions after(
      StuckPodsWindow looked, Instant now, boolean isRecorded, IntUnaryOperator budget) {
    var evictable = looked.found().evictable();
    if (evictable.isEmpty() || now.isBefore(looked.attached().plus(StuckPods.EVICTION_DELAY))) {
      return new StuckPodsEvictions(looked, List.of());
    }
    if (!isRecorded) {
      return new StuckPodsEvictions(looked.at(now.plus(ONCE_RECORDED)), List.of());
    }
    var evicted = evictable.subList(0, budget.applyAsInt(evictable.size()));
    var again = now.plus(StuckPodsWindow.WHILE_EVICTING);
    return new StuckPodsEvictions(
        looked
            .tried(evicted.stream().map(PodView::uid).collect(Collectors.toSet()))
            .at(looked.next().isBefore(again) ? looked.next() : again),
        evicted.stream().map(StuckPods::eviction).toList());
  }
}
