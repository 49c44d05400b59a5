package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.plan.Readiness;

/**
 * The goal of a credential, from what it declares and what its Registry is.
 *
 * @see CredentialChecks
 */
sealed interface CredentialGoal {
  /** It goes there, and then this is said. */
  record Reach(LifecycleState end, Readiness readiness) implements CredentialGoal {}

  /** It goes to Active, where its target allows. */
  record Activate() implements CredentialGoal {}

  /**
   * It stays as it is until something changes; the last good pull Secret stays too, but for a
   * refused account that is to be taken out.
   */
  record Hold(Readiness readiness) implements CredentialGoal {}
}
