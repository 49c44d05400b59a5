package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.CredentialView;

/** The question to the registry that follows a pass of a credential, whatever its scope. */
final class AccountVerification {
  private AccountVerification() {}

  /**
   * Asks the registry about the account, once all is written: nothing waits for its answer. It
   * arrives later, and wakes the credential.
   */
  static <R extends LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus>>
      Execution<R> after(ReconcilerServices services, CredentialView self, Execution<R> execution) {
    var resource = execution.resource();
    if (execution.outcome() instanceof Outcome.Failed) {
      return execution;
    }
    if (!isServed(execution.plan().next())) {
      services.accounts().notAsked(ReconcileRequest.of(resource));
      return execution;
    }
    return services
        .accounts()
        .claim(
            ReconcileRequest.of(resource), resource.getStatus(), self, services.clock().instant())
        .map(
            claim ->
                new Execution<>(resource, execution.plan().verified(claim), execution.outcome()))
        .orElse(execution);
  }

  private static boolean isServed(Plan.Next next) {
    return switch (next) {
      case Plan.Next.Settled _, Plan.Next.AtOnce _ -> true;
      case Plan.Next.Gone _, Plan.Next.LeftAlone _, Plan.Next.GoneWithNamespace _ -> false;
    };
  }
}
