package dev.regcred.plan;

import dev.regcred.api.v1alpha1.VerifiedReason;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a credential's account at its registry.
 *
 * @param reason what the registry said of it last; null while it has not said anything of the
 *     account as it is now: what is known of the one before stays until then
 * @param server the registry, as messages name it
 * @param refusedVersion the version of the sources whose account was refused; null where it was not
 * @param isAwaited whether the account is not written until there is something to say of it
 * @param again when to look again for more
 */
public record VerifiedClaim(
    @Nullable VerifiedReason reason,
    String server,
    @Nullable String refusedVersion,
    boolean isAwaited,
    Requeue again) {

  /** What is known where nothing waits for more. */
  public VerifiedClaim(
      @Nullable VerifiedReason reason,
      String server,
      @Nullable String refusedVersion,
      Requeue again) {
    this(reason, server, refusedVersion, false, again);
  }

  /** What the condition Verified says, and what to do next. */
  public String message() {
    return text(reason == null ? VerifiedReason.PENDING : reason).replace("{}", server);
  }

  private static String text(VerifiedReason reason) {
    return switch (reason) {
      case ACCEPTED -> "{} takes the account.";
      case AUTHORIZED -> "The account may pull the image that it is tried with.";
      case REFUSED ->
          "{} refuses the account: the user name, or the password, is wrong, or it was withdrawn. It"
              + " is not sent again until it is another one: write the right one to its source. If it"
              + " is right, and unlocked by now, change spec.description, ten minutes after the"
              + " refusal.";
      case EXPIRED ->
          "{} refuses the account, since its password or token has ended. It is not sent again until"
              + " it is another one; write a new one to its source.";
      case PROBE_DENIED ->
          "{} does not let the account pull the image that it is tried with: give it the right to,"
              + " or correct the account.";
      case NO_CHALLENGE -> "{} asks for no account, so nothing can be said of this one.";
      case PROBE_NOT_FOUND -> "{} has no such image as the account is tried with.";
      case UNREACHABLE ->
          "{} gives no answer, or one that it is out of order, or lets nobody in from here; it is"
              + " asked again.";
      case TLS_UNTRUSTED ->
          "The certificate of {} is from no authority that is trusted, or is for another name: put"
              + " its authority in spec.verification.caBundle of the registry.";
      case HOST_NOT_ALLOWED ->
          "The operator may not send to {}, or not to the address that it has: an administrator can"
              + " allow the host (REGCRED_VERIFICATION_HOSTS).";
      case REALM_NOT_ALLOWED ->
          "{} wants the account sent to another host, and it was not: if you trust that host, name it"
              + " in spec.verification.realmHosts of the registry.";
      case RATE_LIMITED -> "{} has had too many requests; it is asked again later.";
      case UNSUPPORTED ->
          "{} answers in a way from which nothing follows about the account; see its documentation.";
      case PAUSED ->
          "{} has refused several accounts in a short time, and is left alone for some minutes so that"
              + " it does not lock this cluster out.";
      case PENDING -> "{} has not been asked yet.";
    };
  }
}
