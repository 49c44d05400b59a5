package dev.regcred.controller;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The periodic look at every resource, so that a change that was missed for whatever reason is not
 * missed for ever.
 *
 * @param interval the longest time between two looks at a resource
 */
record Resync(Duration interval) {
  /** The time until the next look: up to a tenth sooner, so that not all come at once. */
  Duration next() {
    var most = interval.toMillis();
    return Duration.ofMillis(most - ThreadLocalRandom.current().nextLong(most / 10 + 1));
  }

  /** The time until a look that is due after {@code delay}; zero where that is over already. */
  Duration atMost(Duration delay) {
    var next = next();
    return delay.isNegative() ? Duration.ZERO : delay.compareTo(next) < 0 ? delay : next;
  }
}
