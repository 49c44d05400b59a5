package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** An {@code Attach} says by whom Pods get a pull Secret into their {@code imagePullSecrets}. */
public enum Attach {
  /**
   * The ServiceAccounts that the spec selects: a Pod gets what its own one has when it is created.
   * The default.
   */
  SERVICE_ACCOUNTS("ServiceAccounts"),
  /** The API server, by a MutatingAdmissionPolicy that takes the credential as its parameter. */
  PODS("Pods");

  private final String value;

  Attach(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
