package dev.regcred.operator.controller;

import dev.regcred.plan.Requeue;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The periodic look at every resource, so that a change that was missed for whatever reason is not
 * missed for ever.
 *
 * @param interval the longest time between two looks at a resource
 */
record Resync(Duration interval) {
  /**
   * The time until the next look: when a plan asks for one, and else, or if that is later, up to a
   * tenth before the interval ends, so that not all resources come at once. Zero where the time is
   * over already.
   */
  Duration next(Requeue requeue, Instant now) {
    var most = interval.toMillis();
    var periodic = Duration.ofMillis(most - ThreadLocalRandom.current().nextLong(most / 10 + 1));
    var earliest = Requeue.earliest(requeue, Requeue.at(now.plus(periodic))).time();
    return earliest == null || earliest.isBefore(now)
        ? Duration.ZERO
        : Duration.between(now, earliest);
  }
}
