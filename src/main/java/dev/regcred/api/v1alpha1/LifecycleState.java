package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a Registry or a RegistryCredential is in its life cycle: {@code status.state}.
 *
 * <p>The states are those of Rancher 1.x's {@code registryCredential}.
 */
public enum LifecycleState {
  /** Accepted by the API server, not yet seen by the operator. */
  REQUESTED("Requested"),
  /** Seen; waits for what it needs before it can be activated. */
  REGISTERING("Registering"),
  /** On the way to Active; it stays here while something that only a person can change is wrong. */
  ACTIVATING("Activating"),
  /** Its entry is in the pull Secret. */
  ACTIVE("Active"),
  /** A changed spec is being carried out on an Active one. */
  UPDATING_ACTIVE("UpdatingActive"),
  /** A changed spec is being carried out on an Inactive one. */
  UPDATING_INACTIVE("UpdatingInactive"),
  /** Recorded before its entry is taken out of the pull Secret. */
  DEACTIVATING("Deactivating"),
  /** Its entry is gone; the pull Secret itself stays, so that no reference to it breaks. */
  INACTIVE("Inactive"),
  /** Recorded before it is withdrawn from the pull Secret. */
  REMOVING("Removing"),
  /** Withdrawn; the resource stays as a tombstone. */
  REMOVED("Removed"),
  /** Recorded before what is left is purged. */
  PURGING("Purging"),
  /** Nothing is left but the resource itself. Terminal. */
  PURGED("Purged"),
  /** On the way from Removed back to Inactive. Registry only. */
  RESTORING("Restoring");

  private final String value;

  LifecycleState(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
