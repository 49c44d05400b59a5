package dev.regcred.verification;

import dev.regcred.api.v1alpha1.VerifiedReason;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a check found out about an account.
 *
 * @param outcome what is known of it now
 * @param loginRefused whether the registry, or its token endpoint, has refused the account, which
 *     counts as a failed login where accounts are locked: the same account is not sent again. So it
 *     may be where the outcome is not that it is refused, because the refusal proves nothing
 * @param retryAfter how long the registry wants to be left alone; null where it does not say
 * @param isUnclear whether the account was shown, and no answer came that says what became of it:
 *     it may count as a failed login, as where a registry takes its time over those
 * @param refusedBy the host that refused the login; null where none did, or it is not known
 */
public record Verdict(
    VerifiedReason outcome,
    boolean loginRefused,
    @Nullable Duration retryAfter,
    boolean isUnclear,
    @Nullable String refusedBy) {
  /** What it comes to where an answer says nothing of the account that was shown. */
  private static final Set<VerifiedReason> UNCLEAR =
      Set.of(VerifiedReason.UNREACHABLE, VerifiedReason.RATE_LIMITED, VerifiedReason.UNSUPPORTED);

  /** A verdict of a check that has come to its end, or has not shown the account. */
  public Verdict(VerifiedReason outcome, boolean loginRefused, @Nullable Duration retryAfter) {
    this(outcome, loginRefused, retryAfter, false, null);
  }

  /**
   * This verdict, of an account that was shown to that host alone.
   *
   * @return with the host where it has refused the account
   */
  public Verdict shownTo(String host) {
    return loginRefused ? new Verdict(outcome, true, retryAfter, isUnclear, host) : this;
  }

  /** A verdict without a refused login. */
  static Verdict of(VerifiedReason outcome) {
    return new Verdict(outcome, false, null);
  }

  /** This verdict, of a check whose end followed when the account had been shown. */
  Verdict afterLogin() {
    return new Verdict(
        outcome, loginRefused, retryAfter, !loginRefused && UNCLEAR.contains(outcome), refusedBy);
  }

  /** A verdict with a refused login. */
  static Verdict refused(VerifiedReason outcome) {
    return new Verdict(outcome, true, null);
  }
}
