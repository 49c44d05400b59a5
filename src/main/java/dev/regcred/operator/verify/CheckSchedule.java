package dev.regcred.operator.verify;

import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.verification.Verdict;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rule of when an account is checked again, spread so that not all are at once. */
final class CheckSchedule {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);

  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  /** The part of an interval by which checks are spread, to both sides. */
  private static final double JITTER = 0.1;

  /** What may be over soon, whatever anybody does here. */
  private static final Set<VerifiedReason> PASSING =
      Set.of(VerifiedReason.UNREACHABLE, VerifiedReason.TLS_UNTRUSTED, VerifiedReason.RATE_LIMITED);

  private final SecureRandom random;

  CheckSchedule(SecureRandom random) {
    this.random = random;
  }

  /** Whether it may be over soon, so that it is tried again before its interval has passed. */
  static boolean isPassing(Verdict verdict) {
    return PASSING.contains(verdict.outcome());
  }

  /**
   * The time of the next check; null for none.
   *
   * @param interval how long an answer counts; null for as long as the account is the same
   * @param failures how many passing verdicts there were in a row, with this one
   */
  @Nullable Instant next(@Nullable Duration interval, int failures, Verdict verdict, Instant now) {
    if (isPassing(verdict)) {
      // However soon it wants to be asked: whoever answers there may want the operator busy.
      var wait = retry(failures);
      var asked = verdict.retryAfter();
      return now.plus(asked == null || asked.compareTo(wait) < 0 ? wait : asked);
    }
    return interval == null ? null : now.plus(spread(interval));
  }

  private Duration retry(int failures) {
    return spread(doubled(FIRST_RETRY, failures, LONGEST_RETRY));
  }

  /** The wait after so many times, which doubles with each up to a bound. */
  static Duration doubled(Duration first, int times, Duration longest) {
    var wait = first;
    for (int i = 1; i < times && wait.compareTo(longest) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longest) < 0 ? wait : longest;
  }

  private Duration spread(Duration middle) {
    var part = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofMillis((long) (middle.toMillis() * part));
  }
}
