package dev.regcred.controller;

import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Function;

/** Keeps RegistryCredentials, and the pull Secrets that they name. */
@ControllerConfiguration(
    name = RegistryCredentialReconciler.NAME,
    triggerReconcilerOnAllEvents = true)
public final class RegistryCredentialReconciler
    extends CredentialReconciler<RegistryCredential, RegistryCredentialStatus> {
  static final String NAME = "registrycredential";

  private final Pipeline pipeline;
  private final EventSources eventSources;

  public RegistryCredentialReconciler(Pipeline pipeline, EventSources eventSources) {
    super(RegistryCredential.class, pipeline, eventSources.rotations());
    this.pipeline = pipeline;
    this.eventSources = eventSources;
  }

  @Override
  List<EventSource<?, RegistryCredential>> eventSources(
      EventSourceContext<RegistryCredential> context, WorkQueue<RegistryCredential> queue) {
    return eventSources.credentials(context, queue);
  }

  @Override
  Function<RegistryCredential, ObservedCredential> observer() {
    return pipeline.observer().inARow();
  }

  @Override
  RegistryCredentialStatus status(RegistryCredential credential, Plan plan, Outcome outcome) {
    return StatusFactory.credential(
        credential.getStatus(),
        credential.getSpec(),
        credential.getMetadata().getGeneration(),
        plan,
        outcome,
        pipeline.clock().instant());
  }

  @Override
  RegistryCredential withStatus(RegistryCredentialStatus status) {
    var credential = new RegistryCredential();
    credential.setStatus(status);
    return credential;
  }
}
