package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** The end that a user declares in {@code spec.desiredState}; the operator walks the steps. */
public enum DesiredState {
  /** It is in use, which is the default. */
  ACTIVE("Active"),
  /** It is out of use, ready to come back. */
  INACTIVE("Inactive"),
  /** It is withdrawn, and purged by itself after {@code spec.removal.purgeAfter}. */
  REMOVED("Removed"),
  /** It is withdrawn at once and for good. */
  PURGED("Purged");

  private final String value;

  DesiredState(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
