package dev.regcred.plan;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a resource is looked at again, besides whenever something that it depends on
 * changes. Times of different reasons compose by {@link #earliest}, as the results of cluster-api's
 * reconcilers do ({@code util.LowestNonZeroResult}).
 *
 * @param time the time, at once where it is over already; null where nothing asks for one
 */
public record Requeue(@Nullable Instant time) {
  /** The requeue that nothing asks for. */
  public static Requeue never() {
    return new Requeue(null);
  }

  /** The requeue at a time. */
  public static Requeue at(Instant time) {
    return new Requeue(time);
  }

  /** The requeue at a time, if there is one. */
  public static Requeue at(Optional<Instant> time) {
    return new Requeue(time.orElse(null));
  }

  /** The first of several; never where none of them asks for a time. */
  public static Requeue earliest(Requeue... some) {
    return new Requeue(
        Stream.of(some)
            .map(Requeue::time)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null));
  }
}
