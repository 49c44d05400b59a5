package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * A way in which somebody tries to reach what is not theirs.
 *
 * @param what what they do
 * @param refusal how the API server refuses it; null if it lets it in, and the operator has to bear
 *     it
 * @param attempt does it, as that person
 */
record Way(String what, @Nullable Refusal refusal, Runnable attempt) {
  /**
   * What the API server says. Any other error, such as one of a request that is not well-formed,
   * shows nothing.
   *
   * @param code 403 for a missing permission, 422 for a value, 400 for a field
   * @param cause what the message says of it, such as the field
   */
  record Refusal(int code, String cause) {
    /** For want of a permission to do that. */
    static Refusal forbidden(String verb) {
      return new Refusal(403, "cannot " + verb);
    }

    /** For the value of a field. */
    static Refusal invalid(String field) {
      return new Refusal(422, field + ": ");
    }

    /** For a field that the kind does not have. */
    static Refusal unknown(String field) {
      return new Refusal(400, "unknown field \"" + field + "\"");
    }
  }

  /**
   * Tries it.
   *
   * @return whether it was let in
   * @throws AssertionError if it was let in or refused other than expected
   */
  boolean isLetIn() {
    try {
      attempt.run();
    } catch (KubernetesClientException e) {
      if (refusal == null) {
        throw new AssertionError("%s was to be let in".formatted(what), e);
      }
      assertThat(e.getCode() + " " + e.getMessage())
          .as(what)
          .startsWith(refusal.code() + " ")
          .contains(refusal.cause())
          .doesNotContain(OperatorScenario.CANARY);
      return false;
    }
    assertThat(refusal).as("%s was let in", what).isNull();
    return true;
  }
}
