package dev.regcred.controller;

import dev.regcred.api.v1alpha1.Registry;
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

/** Keeps Registries. */
@ControllerConfiguration(name = RegistryReconciler.NAME, triggerReconcilerOnAllEvents = true)
public final class RegistryReconciler extends LifecycleReconciler<Registry, RegistryStatus> {
  static final String NAME = "registry";

  private final Pipeline pipeline;
  private final EventSources eventSources;

  public RegistryReconciler(Pipeline pipeline, EventSources eventSources) {
    super(Registry.class, pipeline);
    this.pipeline = pipeline;
    this.eventSources = eventSources;
  }

  @Override
  List<EventSource<?, Registry>> eventSources(
      EventSourceContext<Registry> context, WorkQueue<Registry> queue) {
    return eventSources.registries(context, queue);
  }

  @Override
  Function<Registry, Plan> planner() {
    return registry -> RegistryPlanner.plan(pipeline.observer().observe(registry));
  }

  @Override
  RegistryStatus status(Registry registry, Plan plan, Outcome outcome) {
    return StatusFactory.registry(
        registry.getStatus(),
        registry.getSpec(),
        registry.getMetadata().getGeneration(),
        plan,
        outcome,
        pipeline.clock().instant());
  }

  @Override
  Registry withStatus(RegistryStatus status) {
    var registry = new Registry();
    registry.setStatus(status);
    return registry;
  }
}
