package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** A process moves a resource from one life-cycle state to the next. */
public enum LifecycleProcess {
  /** The operator takes notice of a new resource. */
  CREATE("Create"),
  /** The credential comes into use. */
  ACTIVATE("Activate"),
  /** The credential goes out of use and can come back. */
  DEACTIVATE("Deactivate"),
  /** A changed spec is carried out. */
  UPDATE("Update"),
  /** The credential is withdrawn for good. */
  REMOVE("Remove"),
  /** What a removal left is cleared away. Terminal. */
  PURGE("Purge"),
  /** A removed Registry comes back. */
  RESTORE("Restore");

  private final String value;

  LifecycleProcess(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
