package dev.regcred.api.v1alpha1;

/**
 * The reasons of the condition Verified, which are what a check of an account can end with, and two
 * more for as long as there is none. They are part of the API: scripts and alerts compare them.
 */
public enum VerifiedReason {
  /** The registry took the account. It was not asked for any image. */
  ACCEPTED("Accepted", Condition.TRUE),
  /** The account may pull the image that it is tried with. */
  AUTHORIZED("Authorized", Condition.TRUE),
  /** The registry, or its token endpoint, refused the account. */
  REFUSED("Refused", Condition.FALSE),
  /** The same, and the answer says that the password or token has ended. */
  EXPIRED("Expired", Condition.FALSE),
  /**
   * The account may not pull the image that it is tried with. Some registries (Harbor, GHCR) say
   * that of a wrong password, too, when they are asked for an image.
   */
  PROBE_DENIED("ProbeDenied", Condition.FALSE),
  /** The registry asks for no account, so that nothing can be said of one. */
  NO_CHALLENGE("NoChallenge", Condition.UNKNOWN),
  /** There is no such image, or the registry does not say that it may not be pulled. */
  PROBE_NOT_FOUND("ProbeNotFound", Condition.UNKNOWN),
  /** No answer came that could be read, or one that the registry is out of order. */
  UNREACHABLE("Unreachable", Condition.UNKNOWN),
  /** The registry's certificate is from no authority that is trusted, or for another name. */
  TLS_UNTRUSTED("TlsUntrusted", Condition.UNKNOWN),
  /** Requests may not be sent to that host, or not to the network that its address is of. */
  HOST_NOT_ALLOWED("HostNotAllowed", Condition.UNKNOWN),
  /**
   * The registry wants the account sent to another host, which is not allowed; nothing was sent
   * there.
   */
  REALM_NOT_ALLOWED("RealmNotAllowed", Condition.UNKNOWN),
  /** Too many requests, of this account or of this address. */
  RATE_LIMITED("RateLimited", Condition.UNKNOWN),
  /** It answers in a way that nothing follows from. */
  UNSUPPORTED("Unsupported", Condition.UNKNOWN),
  /** The host is left alone for a while, because it has refused several accounts. */
  PAUSED("Paused", Condition.UNKNOWN),
  /** The account has not been checked yet. */
  PENDING("Pending", Condition.UNKNOWN);

  private final String value;
  private final String status;

  VerifiedReason(String value, String status) {
    this.value = value;
    this.status = status;
  }

  /** The word used in the API. */
  public String value() {
    return value;
  }

  /** The status of the condition: False only where the registry has said so explicitly. */
  public String status() {
    return status;
  }
}
