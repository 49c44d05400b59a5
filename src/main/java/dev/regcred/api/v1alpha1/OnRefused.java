package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What becomes of an account that is in pull Secrets already when its registry refuses it. It
 * counts where the mode of the registry is {@link VerificationMode#ENFORCE}.
 */
public enum OnRefused {
  /** It stays where it is, which is the default. */
  KEEP("Keep"),
  /** It is taken out of every pull Secret, as one that is Inactive is. */
  WITHHOLD("Withhold");

  private final String value;

  OnRefused(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
