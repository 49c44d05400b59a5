package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.metrics.RotationTimer;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.operator.watch.EventSources;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.CredentialPlanner;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reconciler of credentials of either scope, and of the pull Secrets that they name.
 *
 * @param <R> the kind
 * @param <T> its status
 */
public abstract sealed class CredentialReconciler<
        R extends LifecycleResource<? extends CredentialSpec, T>, T extends CredentialStatus>
    extends LifecycleReconciler<R, T> {
  private final ReconcilerServices services;
  private final Supplier<Function<R, Execution<R>>> passes;
  private final Statuses<T> statuses;
  private final RotationTimer rotations;

  private interface Statuses<T> {
    T of(
        @Nullable T previous,
        @Nullable CredentialSpec spec,
        long generation,
        Plan plan,
        Outcome outcome,
        Instant now);
  }

  private CredentialReconciler(
      Class<R> kind,
      Supplier<R> empty,
      ReconcilerServices services,
      Supplier<Function<R, Execution<R>>> passes,
      Statuses<T> statuses,
      EventSources.Of<R> sources,
      RotationTimer rotations) {
    super(kind, empty, sources, services);
    this.services = services;
    this.passes = passes;
    this.statuses = statuses;
    this.rotations = rotations;
  }

  /** The reconciler of RegistryCredentials. */
  @ControllerConfiguration(name = "registrycredential", triggerReconcilerOnAllEvents = true)
  public static final class Namespaced
      extends CredentialReconciler<RegistryCredential, RegistryCredentialStatus> {
    /** Makes one that is not running yet. */
    public Namespaced(ReconcilerServices services, EventSources sources) {
      super(
          RegistryCredential.class,
          RegistryCredential::new,
          services,
          () -> {
            var observe = services.observer().credentialObserver();
            return credential -> run(services, credential, observe.apply(credential));
          },
          StatusFactory::credential,
          sources::credentials,
          sources.rotations());
    }
  }

  /** The reconciler of ClusterRegistryCredentials. */
  @ControllerConfiguration(name = "clusterregistrycredential", triggerReconcilerOnAllEvents = true)
  public static final class ClusterWide
      extends CredentialReconciler<ClusterRegistryCredential, ClusterRegistryCredentialStatus> {
    /** Makes one that is not running yet. */
    public ClusterWide(ReconcilerServices services, EventSources sources) {
      super(
          ClusterRegistryCredential.class,
          ClusterRegistryCredential::new,
          services,
          () -> credential -> FanOutPass.run(services, credential),
          StatusFactory::clusterCredential,
          sources::clusterCredentials,
          sources.rotations());
    }
  }

  private static Execution<RegistryCredential> run(
      ReconcilerServices services, RegistryCredential credential, CredentialSnapshot observed) {
    var plan = CredentialPlanner.plan(observed);
    services.drift().recordPlan(observed, plan);
    return AccountVerification.after(
        services,
        observed.self(),
        services
            .executor()
            .execute(
                credential, services.stuckPods().plan(observed, credential.getStatus(), plan)));
  }

  @Override
  final Function<R, Execution<R>> passes() {
    return passes.get();
  }

  @Override
  final T status(R credential, Plan plan, Outcome outcome) {
    return statuses.of(
        credential.getStatus(),
        credential.getSpec(),
        credential.getMetadata().getGeneration(),
        plan,
        outcome,
        services.clock().instant());
  }

  @Override
  final void afterPass(R credential, Plan plan, Outcome outcome) {
    rotations.end(credential, plan, outcome);
  }

  @Override
  final void notLookedAt(R credential) {
    services.accounts().notLookedAt(ReconcileRequest.of(credential));
  }

  @Override
  final void afterDeletion(R credential) {
    rotations.forget(credential);
    services.stuckPods().forget(credential.getMetadata().getUid());
    services.accounts().forget(ReconcileRequest.of(credential));
  }
}
