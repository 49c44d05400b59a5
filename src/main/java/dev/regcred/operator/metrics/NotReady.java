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
 * The gauges say how many resources are not ready, by the reason of their Ready condition. Counted
 * once for all reasons, since a scrape asks for each.
 */
final class NotReady {
  /** The reason of a resource that has no Ready condition yet. */
  static final String UNKNOWN = "Unknown";

  private static final long FRESH = Duration.ofSeconds(1).toNanos();

  private final Supplier<Stream<? extends LifecycleResource<?, ?>>> resources;
  private Map<String, Long> counts = Map.of();
  private long countedAt = System.nanoTime() - FRESH;

  NotReady(Supplier<Stream<? extends LifecycleResource<?, ?>>> resources) {
    this.resources = resources;
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

  /** The reason of one that is not ready; none if it is. */
  private static Stream<String> reason(@Nullable LifecycleStatus status) {
    var conditions = status == null ? null : status.conditions();
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (condition.type().equals(ConditionType.READY.value())) {
          return condition.status().equals(Condition.TRUE)
              ? Stream.empty()
              : Stream.of(condition.reason());
        }
      }
    }
    return Stream.of(UNKNOWN);
  }
}
