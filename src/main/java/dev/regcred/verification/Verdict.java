package dev.regcred.verification;

import dev.regcred.api.v1alpha1.VerifiedReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a check found out about an account.
 *
 * @param outcome what is known of it now
 * @param loginRefused whether the registry, or its token endpoint, has refused the account, which
 *     counts as a failed login where accounts are locked: the same account is not sent again. So it
 *     may be where the outcome is not that it is refused, because the refusal proves nothing
 * @param retryAfter how long the registry wants to be left alone; null where it does not say
 */
public record Verdict(VerifiedReason outcome, boolean loginRefused, @Nullable Duration retryAfter) {
  /** A verdict without a refused login. */
  static Verdict of(VerifiedReason outcome) {
    return new Verdict(outcome, false, null);
  }

  /** A verdict with a refused login. */
  static Verdict refused(VerifiedReason outcome) {
    return new Verdict(outcome, true, null);
  }
}
