package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** The operator says how a {@link LabelSelectorRequirement} looks at a label. */
public enum LabelOperator {
  /** The label is there and has one of the values. */
  IN("In"),
  /** The label has none of the values, or is not there. */
  NOT_IN("NotIn"),
  /** The label is there, whatever its value. */
  EXISTS("Exists"),
  /** The label is not there. */
  DOES_NOT_EXIST("DoesNotExist");

  private final String value;

  LabelOperator(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }

  /** Whether it compares the label with values; otherwise only its presence counts. */
  boolean comparesValues() {
    return this == IN || this == NOT_IN;
  }
}
