package dev.regcred.diagnosis;

/**
 * The faults that keep a Pod from its images. The order is that in which they are looked for
 * ({@code ImageChecks}), and of several containers the fault that comes first here decides what is
 * said last.
 */
public enum Fault {
  /** The image has a name that kubelets can't read. */
  IMAGE_UNREADABLE,
  /** A pull Secret can't be read, for which kubelets refuse every image of the Pod. */
  SECRET_BROKEN,
  /** The image is not on the node, and may not be pulled. */
  NEVER_PULLED,
  /** The registry counts pulls, and has had too many. */
  RATE_LIMITED,
  /** There is no image for the platform of the node. */
  PLATFORM,
  /** The registry speaks HTTP, and the node asks for HTTPS. */
  PLAIN_HTTP,
  /** The node does not trust the registry's certificate. */
  CERTIFICATE,
  /** The node does not reach the registry. */
  NETWORK,
  /** The node has no room for the image. */
  DISK,
  /** The registry has no such image. */
  NOT_FOUND,
  /** An entry is for this registry, and kubelets do not see it. */
  SERVER_MISSPELT,
  /** The credential that keeps the account is not as declared. */
  CREDENTIAL_NOT_READY,
  /** No entry that is tried has a user name or a password. */
  ACCOUNT_EMPTY,
  /** There is an account, and the registry refuses it. */
  ACCOUNT_REFUSED,
  /** The Pod names a Secret that is not there. */
  SECRET_ABSENT,
  /** The Pod names a Secret that kubelets pass over. */
  SECRET_PASSED_OVER,
  /** A Secret of the Pod is read by kubelets, but not here. */
  SECRET_AMBIGUOUS,
  /** Nothing can be said without a look at the Secrets. */
  NOT_ALLOWED_TO_LOOK,
  /**
   * The Pod is older than what its ServiceAccount has, or the policy of {@code attach: Pods} gives.
   */
  POD_TOO_OLD,
  /** The Pod has a list of its own, and so takes none of its ServiceAccount's. */
  POD_HAS_OWN_LIST,
  /** A credential keeps an account, and nothing gives it to the Pod. */
  NOT_ATTACHED,
  /** The Pod names no pull Secret. */
  NO_PULL_SECRET,
  /** None of its pull Secrets has an account for the registry. */
  NO_ACCOUNT,
  /** What went wrong is not known. */
  UNKNOWN
}
