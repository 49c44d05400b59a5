package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** A mode says what is done with what a registry says of the accounts at it. */
public enum VerificationMode {
  /** It is not asked, which is the default: nothing is sent to it. */
  OFF("Off"),
  /** The condition Verified of its credentials says it, and nothing else follows from it. */
  REPORT("Report"),
  /** The same, and a value that it refuses is not written. */
  ENFORCE("Enforce");

  private final String value;

  VerificationMode(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
