package dev.regcred.operator.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The times until which the API server asked (Retry-After) not to be tried again for a resource.
 * The SDK's own timer is not enough: an event that comes meanwhile would begin a pass at once.
 */
final class RetryAfterGate {
  private final Map<ResourceID, Instant> ends = new ConcurrentHashMap<>();
  private final Clock clock;

  RetryAfterGate(Clock clock) {
    this.clock = clock;
  }

  void begin(ResourceID resource, Duration length) {
    ends.put(resource, clock.instant().plus(length));
  }

  /** What is left of it, rounded up; empty if it is over. */
  Optional<Duration> left(ResourceID resource) {
    var end = ends.get(resource);
    if (end == null) {
      return Optional.empty();
    }
    var left = Duration.between(clock.instant(), end);
    if (left.isPositive()) {
      return Optional.of(left.plusMillis(1));
    }
    ends.remove(resource);
    return Optional.empty();
  }

  /** Forgets a resource that is gone. */
  void forget(ResourceID resource) {
    ends.remove(resource);
  }
}
