package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What {@code kubectl delete} of a credential does to its entry in the pull Secret. */
public enum DeletionPolicy {
  /** The entry is withdrawn. The default. */
  DELETE("Delete"),
  /** The entry stays; the Secret is handed over to whoever looks after it from then on. */
  RETAIN("Retain");

  private final String value;

  DeletionPolicy(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
