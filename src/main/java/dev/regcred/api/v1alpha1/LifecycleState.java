package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The state of a Registry or a credential in its life cycle: {@code status.state}.
 *
 * <p>The states are those of Rancher 1.x's {@code registryCredential}.
 */
public enum LifecycleState {
  /** It is accepted by the API server, and not yet seen by the operator. */
  REQUESTED("Requested"),
  /** The operator has seen it; it waits for what it needs before it can be activated. */
  REGISTERING("Registering"),
  /**
   * It is on the way to Active; it stays here while something that only a person can change is
   * wrong.
   */
  ACTIVATING("Activating"),
  /** Its entry is in the pull Secret. */
  ACTIVE("Active"),
  /** A changed spec is being carried out on an Active one. */
  UPDATING_ACTIVE("UpdatingActive"),
  /** A changed spec is being carried out on an Inactive one. */
  UPDATING_INACTIVE("UpdatingInactive"),
  /** This is recorded before its entry is taken out of the pull Secret. */
  DEACTIVATING("Deactivating"),
  /** Its entry is gone; the pull Secret itself stays, so that no reference to it breaks. */
  INACTIVE("Inactive"),
  /** This is recorded before it is withdrawn from the pull Secret. */
  REMOVING("Removing"),
  /** It is withdrawn; the resource stays as a tombstone. */
  REMOVED("Removed"),
  /** This is recorded before what is left is purged. */
  PURGING("Purging"),
  /** Nothing is left but the resource itself. Terminal. */
  PURGED("Purged"),
  /** It is on the way from Removed back to Inactive. Registry only. */
  RESTORING("Restoring");

  private final String value;

  LifecycleState(String value) {
    this.value = value;
  }

  /** Whether it has not been Active yet. */
  public boolean isBeforeUse() {
    return switch (this) {
      case REQUESTED, REGISTERING, ACTIVATING -> true;
      default -> false;
    };
  }

  /** Whether it is Active, or on the way through an update of it. */
  public boolean isInUse() {
    return this == ACTIVE || this == UPDATING_ACTIVE;
  }

  /** Whether it is on the way out, from where no credential comes back. */
  public boolean isRemovingOrLater() {
    return this == REMOVING || isRemovedOrLater();
  }

  /** Whether it was withdrawn, and is not just being purged, which may find something again. */
  public boolean isWithdrawn() {
    return this == REMOVED || this == PURGED;
  }

  /** Whether it was withdrawn once. */
  public boolean isRemovedOrLater() {
    return this == REMOVED || isPurgingOrLater();
  }

  /** Whether nothing leads back from it, not even for a Registry. */
  public boolean isPurgingOrLater() {
    return this == PURGING || this == PURGED;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
