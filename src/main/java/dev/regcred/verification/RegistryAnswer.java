package dev.regcred.verification;

import dev.regcred.api.v1alpha1.VerifiedReason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a request. */
public sealed interface RegistryAnswer {
  /**
   * An answer, without what nothing follows from.
   *
   * @param status of HTTP
   * @param challenges of its headers
   * @param token the token in its body; null for none
   * @param saysExpired whether its body says that something has expired
   * @param saysDenied whether its body is the error of a registry that denies something to an
   *     account, and not the page of a firewall or of a ban
   * @param retryAfter how long to wait; null where it does not say
   */
  record Received(
      int status,
      List<AuthChallenge> challenges,
      @Nullable String token,
      boolean saysExpired,
      boolean saysDenied,
      @Nullable Duration retryAfter)
      implements RegistryAnswer {
    @Override
    public String toString() {
      return "Received[" + status + "]";
    }
  }

  /**
   * None came, or nothing was sent.
   *
   * @param outcome why
   * @param isSent whether the request may have arrived
   */
  record None(VerifiedReason outcome, boolean isSent) implements RegistryAnswer {
    /** Nothing was sent. */
    public None(VerifiedReason outcome) {
      this(outcome, false);
    }
  }
}
