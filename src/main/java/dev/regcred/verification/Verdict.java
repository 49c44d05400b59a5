package dev.regcred.verification;

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
public record Verdict(Outcome outcome, boolean loginRefused, @Nullable Duration retryAfter) {
  /** Whether an account is of use, as far as that is known. */
  public enum Truth {
    /** The registry has taken the account. */
    TRUE,
    /** The registry has said explicitly that the account is of no use. */
    FALSE,
    /** No answer has proved the one or the other. */
    UNKNOWN
  }

  /** What a check can end with. */
  public enum Outcome {
    /** The registry took the account. It was not asked for any image. */
    ACCEPTED(Truth.TRUE),
    /** The account may pull the probe. */
    AUTHORIZED(Truth.TRUE),
    /** The registry, or its token endpoint, refused the account. */
    REFUSED(Truth.FALSE),
    /** The same, and the answer says that the password or token has ended. */
    EXPIRED(Truth.FALSE),
    /**
     * The account may not pull the probe. Some registries (Harbor, GHCR) say that of a wrong
     * password, too, when they are asked for an image.
     */
    PROBE_DENIED(Truth.FALSE),
    /** The registry asks for no account, so that nothing can be said of one. */
    NO_CHALLENGE(Truth.UNKNOWN),
    /** There is no such image, or the registry does not say that it may not be pulled. */
    PROBE_NOT_FOUND(Truth.UNKNOWN),
    /** No answer came that could be read, or one that the registry is out of order. */
    UNREACHABLE(Truth.UNKNOWN),
    /** The registry's certificate is from no authority that is trusted, or for another name. */
    TLS_UNTRUSTED(Truth.UNKNOWN),
    /** Requests may not be sent to that host, or not to the network that its address is of. */
    HOST_NOT_ALLOWED(Truth.UNKNOWN),
    /**
     * The registry wants the account sent to another host, which is not allowed; nothing was sent
     * there.
     */
    REALM_NOT_ALLOWED(Truth.UNKNOWN),
    /** Too many requests, of this account or of this address. */
    RATE_LIMITED(Truth.UNKNOWN),
    /** It answers in a way that nothing follows from. */
    UNSUPPORTED(Truth.UNKNOWN);

    private final Truth truth;

    Outcome(Truth truth) {
      this.truth = truth;
    }

    /** Whether the account is of use. */
    public Truth truth() {
      return truth;
    }
  }

  /** A verdict without a refused login. */
  static Verdict of(Outcome outcome) {
    return new Verdict(outcome, false, null);
  }

  /** A verdict with a refused login. */
  static Verdict refused(Outcome outcome) {
    return new Verdict(outcome, true, null);
  }
}
