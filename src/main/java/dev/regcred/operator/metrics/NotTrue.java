package dev.regcred.operator.metrics;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.kinds.LifecycleResource;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gauges say how many resources have a condition that is not True, by its reason. Counted once
 * for all reasons, since a scrape asks for each.
 */
final class NotTrue {
  private static final long FRESH = Duration.ofSeconds(1).toNanos();

  private final Supplier<Stream<? extends LifecycleResource<?, ?>>> resources;
  private final ConditionType type;
  private final @Nullable String absent;
  private Map<String, Long> counts = Map.of();
  private long countedAt = System.nanoTime() - FRESH;

  /**
   * The gauges of a condition.
   *
   * @param absent the reason of a resource that does not have it; null if it counts as True
   */
  NotTrue(
      Supplier<Stream<? extends LifecycleResource<?, ?>>> resources,
      ConditionType type,
      @Nullable String absent) {
    this.resources = resources;
    this.type = type;
    this.absent = absent;
  }

  synchronized long count(String reason) {
    if (System.nanoTime() - countedAt >= FRESH) {
      counts =
          resources
              .get()
              .flatMap(resource -> reason(resource.getStatus()))
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      countedAt = System.nanoTime();
    }
    return counts.getOrDefault(reason, 0L);
  }

  /** The reason of one whose condition is not True; none if it is. */
  private Stream<String> reason(@Nullable LifecycleStatus status) {
    var conditions = status == null ? null : status.conditions();
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (condition.type().equals(type.value())) {
          return condition.status().equals(Condition.TRUE)
              ? Stream.empty()
              : Stream.of(condition.reason());
        }
      }
    }
    return Stream.ofNullable(absent);
  }
}
