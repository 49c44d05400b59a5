package dev.regcred.operator.leader;

import java.time.Duration;

/**
 * The settings say how operators take turns, in the terms of client-go's leader election.
 *
 * @param duration how long a leader may be silent before another one takes over
 * @param renewDeadline how long after its last renewal a leader goes on working; shorter than the
 *     duration, so that it has stopped before another one begins
 * @param retryPeriod how often a leader renews, and how soon what failed is tried again
 */
public record LeaseSettings(Duration duration, Duration renewDeadline, Duration retryPeriod) {
  /**
   * Checks that they fit together.
   *
   * @throws IllegalArgumentException if they don't
   */
  public LeaseSettings {
    if (renewDeadline.compareTo(duration) >= 0 || retryPeriod.compareTo(renewDeadline) >= 0) {
      throw new IllegalArgumentException(
          "REGCRED_LEASE_SECONDS is %s, REGCRED_LEASE_RENEW_SECONDS %s and REGCRED_LEASE_RETRY_SECONDS %s; the first must be greater than the second, and that greater than the third"
              .formatted(duration.toSeconds(), renewDeadline.toSeconds(), retryPeriod.toSeconds()));
    }
  }
}
