package dev.regcred.plan.credential;

import dev.regcred.plan.Plan;
import java.util.Optional;

/**
 * A strategy says what a pass does in each of the namespaces of a credential, and what that comes
 * to. What is done in one does not depend on what becomes of another.
 */
interface FanOutStrategy {
  /** The plan of a namespace; empty where nothing is done in it and it does not count. */
  Optional<NamespacePlan> plan(NamespaceSnapshot namespace);

  /**
   * The plan in place of this one where something is to be done in any namespace: a step that takes
   * something away is recorded before it is carried out. Empty where it need not be.
   */
  Optional<Plan> recordedFirst();

  /** Whether what is done in a namespace depends on what is found in the others. */
  boolean dependsOnAll();

  /** The plan of all namespaces together. */
  Plan conclude(FanOut fanOut);
}
