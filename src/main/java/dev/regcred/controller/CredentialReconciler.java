package dev.regcred.controller;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.plan.CredentialPlanner;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import java.util.function.Function;

/**
 * Keeps credentials of either scope, and the pull Secrets that they name.
 *
 * @param <R> the kind
 * @param <T> its status
 */
abstract class CredentialReconciler<
        R extends LifecycleResource<? extends CredentialSpec, T>, T extends CredentialStatus>
    extends LifecycleReconciler<R, T> {
  private final Pipeline pipeline;
  private final RotationWatch rotations;

  CredentialReconciler(Class<R> kind, Pipeline pipeline, RotationWatch rotations) {
    super(kind, pipeline);
    this.pipeline = pipeline;
    this.rotations = rotations;
  }

  /** Gathers everything that a plan depends on. */
  abstract Function<R, ObservedCredential> observer();

  @Override
  final Function<R, Plan> planner() {
    var observer = observer();
    return credential -> {
      var observed = observer.apply(credential);
      var plan = CredentialPlanner.plan(observed);
      pipeline.drift().planned(observed, plan);
      return plan;
    };
  }

  @Override
  final void executed(R credential, Plan plan, Outcome outcome) {
    rotations.executed(credential, plan, outcome);
  }
}
