package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Function;

/** Keeps ClusterRegistryCredentials, and the pull Secrets that they name in many namespaces. */
@ControllerConfiguration(
    name = ClusterRegistryCredentialReconciler.NAME,
    triggerReconcilerOnAllEvents = true)
public final class ClusterRegistryCredentialReconciler
    extends CredentialReconciler<ClusterRegistryCredential, ClusterRegistryCredentialStatus> {
  static final String NAME = "clusterregistrycredential";

  private final Pipeline pipeline;
  private final EventSources eventSources;

  public ClusterRegistryCredentialReconciler(Pipeline pipeline, EventSources eventSources) {
    super(ClusterRegistryCredential.class, pipeline, eventSources.rotations());
    this.pipeline = pipeline;
    this.eventSources = eventSources;
  }

  @Override
  List<EventSource<?, ClusterRegistryCredential>> eventSources(
      EventSourceContext<ClusterRegistryCredential> context,
      WorkQueue<ClusterRegistryCredential> queue) {
    return eventSources.clusterCredentials(context, queue);
  }

  @Override
  Function<ClusterRegistryCredential, ObservedCredential> observer() {
    return pipeline.observer()::observe;
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
        pipeline.clock().instant());
  }

  @Override
  ClusterRegistryCredential withStatus(ClusterRegistryCredentialStatus status) {
    var credential = new ClusterRegistryCredential();
    credential.setStatus(status);
    return credential;
  }
}
