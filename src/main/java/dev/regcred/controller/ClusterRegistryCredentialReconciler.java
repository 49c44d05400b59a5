package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.cluster.DriftHistory;
import dev.regcred.cluster.PlanExecutor;
import dev.regcred.cluster.StateObserver;
import dev.regcred.metrics.OperatorMetrics;
import dev.regcred.plan.CredentialPlanner;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.util.List;

/** Keeps ClusterRegistryCredentials, and the pull Secrets that they name in many namespaces. */
@ControllerConfiguration(
    name = ClusterRegistryCredentialReconciler.NAME,
    triggerReconcilerOnAllEvents = true)
public final class ClusterRegistryCredentialReconciler
    extends LifecycleReconciler<ClusterRegistryCredential, ClusterRegistryCredentialStatus> {
  static final String NAME = "clusterregistrycredential";

  private final StateObserver observer;
  private final DriftHistory drift;
  private final ClusterWideSources eventSources;
  private final RotationWatch rotations;
  private final Clock clock;

  public ClusterRegistryCredentialReconciler(
      StateObserver observer,
      PlanExecutor executor,
      DriftHistory drift,
      EventSources eventSources,
      OperatorMetrics metrics,
      Clock clock) {
    super(ClusterRegistryCredential.class, executor, metrics, clock);
    this.observer = observer;
    this.drift = drift;
    this.eventSources = eventSources.clusterWide();
    this.rotations = eventSources.rotations();
    this.clock = clock;
  }

  @Override
  List<EventSource<?, ClusterRegistryCredential>> eventSources(
      EventSourceContext<ClusterRegistryCredential> context) {
    return eventSources.ofCredentials(context);
  }

  @Override
  Plan plan(ClusterRegistryCredential credential) {
    var observed = observer.observe(credential);
    var plan = CredentialPlanner.plan(observed);
    drift.planned(observed, plan);
    return plan;
  }

  @Override
  ClusterRegistryCredentialStatus status(
      ClusterRegistryCredential credential, Plan plan, Outcome outcome) {
    return StatusFactory.clusterCredential(
        credential.getStatus(),
        credential.getSpec(),
        credential.getMetadata().getGeneration(),
        plan,
        outcome,
        clock.instant());
  }

  @Override
  ClusterRegistryCredential withStatus(ClusterRegistryCredentialStatus status) {
    var credential = new ClusterRegistryCredential();
    credential.setStatus(status);
    return credential;
  }

  @Override
  void executed(ClusterRegistryCredential credential, Plan plan, Outcome outcome) {
    rotations.executed(credential, plan, outcome);
  }
}
