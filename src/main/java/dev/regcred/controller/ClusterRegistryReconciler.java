package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.RegistryPlanner;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Function;

/** Keeps ClusterRegistries. */
@ControllerConfiguration(name = ClusterRegistryReconciler.NAME, triggerReconcilerOnAllEvents = true)
public final class ClusterRegistryReconciler
    extends LifecycleReconciler<ClusterRegistry, RegistryStatus> {
  static final String NAME = "clusterregistry";

  private final Pipeline pipeline;
  private final EventSources eventSources;

  public ClusterRegistryReconciler(Pipeline pipeline, EventSources eventSources) {
    super(ClusterRegistry.class, pipeline);
    this.pipeline = pipeline;
    this.eventSources = eventSources;
  }

  @Override
  List<EventSource<?, ClusterRegistry>> eventSources(
      EventSourceContext<ClusterRegistry> context, WorkQueue<ClusterRegistry> queue) {
    return eventSources.clusterRegistries(context, queue);
  }

  @Override
  Function<ClusterRegistry, Plan> planner() {
    return registry -> RegistryPlanner.plan(pipeline.observer().observe(registry));
  }

  @Override
  RegistryStatus status(ClusterRegistry registry, Plan plan, Outcome outcome) {
    return StatusFactory.registry(
        registry.getStatus(),
        registry.getSpec(),
        registry.getMetadata().getGeneration(),
        plan,
        outcome,
        pipeline.clock().instant());
  }

  @Override
  ClusterRegistry withStatus(RegistryStatus status) {
    var registry = new ClusterRegistry();
    registry.setStatus(status);
    return registry;
  }
}
