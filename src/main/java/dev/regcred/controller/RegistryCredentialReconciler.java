package dev.regcred.controller;

import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
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

/** Keeps RegistryCredentials, and the pull Secrets that they name. */
@ControllerConfiguration(
    name = RegistryCredentialReconciler.NAME,
    triggerReconcilerOnAllEvents = true)
public final class RegistryCredentialReconciler
    extends LifecycleReconciler<RegistryCredential, RegistryCredentialStatus> {
  static final String NAME = "registrycredential";

  private final StateObserver observer;
  private final DriftHistory drift;
  private final EventSources eventSources;
  private final Clock clock;

  public RegistryCredentialReconciler(
      StateObserver observer,
      PlanExecutor executor,
      DriftHistory drift,
      EventSources eventSources,
      OperatorMetrics metrics,
      Clock clock) {
    super(RegistryCredential.class, executor, metrics, clock);
    this.observer = observer;
    this.drift = drift;
    this.eventSources = eventSources;
    this.clock = clock;
  }

  @Override
  List<EventSource<?, RegistryCredential>> eventSources(
      EventSourceContext<RegistryCredential> context) {
    return eventSources.ofCredentials(context);
  }

  @Override
  Plan plan(RegistryCredential credential) {
    var observed = observer.observe(credential);
    var plan = CredentialPlanner.plan(observed);
    drift.planned(observed, plan);
    return plan;
  }

  @Override
  RegistryCredentialStatus status(RegistryCredential credential, Plan plan, Outcome outcome) {
    return StatusFactory.credential(
        credential.getStatus(),
        credential.getSpec(),
        credential.getMetadata().getGeneration(),
        plan,
        outcome,
        clock.instant());
  }

  @Override
  RegistryCredential withStatus(RegistryCredentialStatus status) {
    var credential = new RegistryCredential();
    credential.setStatus(status);
    return credential;
  }

  @Override
  void executed(RegistryCredential credential, Plan plan, Outcome outcome) {
    eventSources.rotations().executed(credential, plan, outcome);
  }
}
