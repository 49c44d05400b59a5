package dev.regcred.api.v1alpha1;

/** The reasons of status conditions. They are part of the API: scripts and alerts compare them. */
public enum Reason {
  /** Ready: the entry is in the pull Secret; of a Registry: its credentials can be used. */
  ACTIVE("Active"),
  /** Ready: out of use, as declared. */
  INACTIVE("Inactive"),
  /** Ready: withdrawn, as declared. */
  REMOVED("Removed"),
  /** Ready: purged. */
  PURGED("Purged"),
  /** Under way: the state was recorded, the entry is being taken out. */
  DEACTIVATING("Deactivating"),
  /** Under way: the state was recorded, the credential is being withdrawn. */
  REMOVING("Removing"),
  /** Under way: the state was recorded, what is left is being cleared away. */
  PURGING("Purging"),
  /** Waits: the Registry does not exist, or is being deleted. */
  REGISTRY_NOT_FOUND("RegistryNotFound"),
  /** Waits: the Registry is not Active yet. */
  REGISTRY_NOT_READY("RegistryNotReady"),
  /** Stalled: the ClusterRegistry does not allow the credential's namespace. */
  REGISTRY_NOT_ALLOWED("RegistryNotAllowed"),
  /** The Registry is Inactive or Removed, and the credential with it. */
  REGISTRY_INACTIVE("RegistryInactive"),
  /** Stalled: the Registry was purged, and so its credentials are removed. */
  REGISTRY_PURGED("RegistryPurged"),
  /** Waits: a source Secret, or the key or the entry in it, does not exist. */
  SOURCE_NOT_FOUND("SourceNotFound"),
  /**
   * Stalled: a user name or password is empty, too long, not UTF-8, has a character that it can't
   * have or is a whole Docker config; or there is none in the entry of one.
   */
  SOURCE_INVALID("SourceInvalid"),
  /**
   * Under way: the registry is being asked whether it takes the account, which is not written yet.
   */
  VERIFICATION_PENDING("VerificationPending"),
  /** Stalled: the registry refuses the account, and what was in the pull Secret before stays. */
  CREDENTIAL_REFUSED("CredentialRefused"),
  /** Stalled: the same, and the refused account is in no pull Secret. */
  WITHHELD("Withheld"),
  /** Ready: a ClusterRegistryCredential is in use, but there is no namespace that it selects. */
  NO_NAMESPACE_SELECTED("NoNamespaceSelected"),
  /** Under way: not all of the namespaces have been written yet. */
  NAMESPACES_PENDING("NamespacesPending"),
  /**
   * Retried, or Stalled where each of them needs a person: it can't be written to some namespaces.
   */
  NAMESPACES_FAILED("NamespacesFailed"),
  /** Stalled: another credential holds the server's entry in the pull Secret. */
  SERVER_CLAIMED("ServerClaimed"),
  /** Stalled: the pull Secret has no room for it: in bytes, or for one more credential. */
  SECRET_TOO_LARGE("SecretTooLarge"),
  /** Stalled: a Secret of the target's name exists that is not the operator's. */
  TARGET_NOT_OWNED("TargetNotOwned"),
  /** Stalled: a Secret was handed over that can't be taken, or can't be written any more. */
  ADOPTION_REFUSED("AdoptionRefused"),
  /** Waits: a ServiceAccount that the spec names does not exist. */
  SERVICE_ACCOUNT_MISSING("ServiceAccountMissing"),
  /** Stalled: a ServiceAccount has no room for one more entry in {@code imagePullSecrets}. */
  SERVICE_ACCOUNT_FULL("ServiceAccountFull"),
  /**
   * Stalled: the policy by which the API server gives the pull Secret to Pods is not there, or the
   * API server knows none.
   */
  ATTACH_POLICY_MISSING("AttachPolicyMissing"),
  /** Stalled: that policy is not the one that this version of the operator ships. */
  ATTACH_POLICY_DIFFERS("AttachPolicyDiffers"),
  /** Retried: somebody else changes the pull Secret again and again. */
  CONTESTED("Contested"),
  /** Stalled: an older Registry has the same server address. */
  SERVER_ADDRESS_USED("ServerAddressUsed"),
  /** Stalled: the server address has a form that is not accepted. */
  SERVER_ADDRESS_INVALID("ServerAddressInvalid"),
  /**
   * Stalled: a field of the spec can't be read by this version of the operator, or the namespace
   * has more text in its resources than is served.
   */
  SPEC_UNREADABLE("SpecUnreadable"),
  /** Waits: credentials of the Registry are still being withdrawn. */
  CREDENTIALS_IN_USE("CredentialsInUse"),
  /** Of the condition PodsStuck alone: Pods are older than the attachment of the pull Secret. */
  PODS_STUCK("PodsStuck"),
  /** Retried: the operator's ServiceAccount may not do what is needed. */
  FORBIDDEN("Forbidden"),
  /** Retried: a ResourceQuota leaves no room. */
  QUOTA_EXCEEDED("QuotaExceeded"),
  /** Ends by itself: the namespace is being deleted, and nothing can be created in it any more. */
  NAMESPACE_TERMINATING("NamespaceTerminating"),
  /** Retried: the API server refused the object or failed. */
  API_ERROR("ApiError");

  private final String value;

  Reason(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  public String value() {
    return value;
  }
}
