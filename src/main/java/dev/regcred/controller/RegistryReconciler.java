package dev.regcred.controller;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.cluster.PlanExecutor;
import dev.regcred.cluster.StateObserver;
import dev.regcred.metrics.OperatorMetrics;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.RegistryPlanner;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.util.List;

/** Keeps Registries. */
@ControllerConfiguration(name = RegistryReconciler.NAME, triggerReconcilerOnAllEvents = true)
public final class RegistryReconciler extends LifecycleReconciler<Registry, RegistryStatus> {
  static final String NAME = "registry";

  private final StateObserver observer;
  private final EventSources eventSources;
  private final Clock clock;

  public RegistryReconciler(
      StateObserver observer,
      PlanExecutor executor,
      EventSources eventSources,
      OperatorMetrics metrics,
      Clock clock) {
    super(Registry.class, executor, metrics, clock);
    this.observer = observer;
    this.eventSources = eventSources;
    this.clock = clock;
  }

  @Override
  List<EventSource<?, Registry>> eventSources(EventSourceContext<Registry> context) {
    return eventSources.ofRegistries(context);
  }

  @Override
  Plan plan(Registry registry) {
    return RegistryPlanner.plan(observer.observe(registry));
  }

  @Override
  RegistryStatus status(Registry registry, Plan plan, Outcome outcome) {
    return StatusFactory.registry(
        registry.getStatus(),
        registry.getSpec(),
        registry.getMetadata().getGeneration(),
        plan,
        outcome,
        clock.instant());
  }

  @Override
  Registry withStatus(RegistryStatus status) {
    var registry = new Registry();
    registry.setStatus(status);
    return registry;
  }
}
