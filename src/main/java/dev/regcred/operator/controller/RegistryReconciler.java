package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.watch.EventSources;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.registry.RegistryPlanner;
import dev.regcred.plan.registry.RegistrySnapshot;
import dev.regcred.status.StatusFactory;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The reconciler of registries of either scope.
 *
 * @param <R> the kind
 */
public abstract sealed class RegistryReconciler<
        R extends LifecycleResource<? extends ServerSpec, RegistryStatus>>
    extends LifecycleReconciler<R, RegistryStatus> {
  private final ReconcilerServices services;
  private final Function<R, RegistrySnapshot> observer;

  private RegistryReconciler(
      Class<R> kind,
      Supplier<R> empty,
      ReconcilerServices services,
      Function<R, RegistrySnapshot> observer,
      EventSources.Of<R> sources) {
    super(kind, empty, sources, services);
    this.services = services;
    this.observer = observer;
  }

  /** The reconciler of Registries. */
  @ControllerConfiguration(name = "registry", triggerReconcilerOnAllEvents = true)
  public static final class Namespaced extends RegistryReconciler<Registry> {
    /** Makes one that is not running yet. */
    public Namespaced(ReconcilerServices services, EventSources sources) {
      super(
          Registry.class,
          Registry::new,
          services,
          services.observer()::observe,
          sources::registries);
    }
  }

  /** The reconciler of ClusterRegistries. */
  @ControllerConfiguration(name = "clusterregistry", triggerReconcilerOnAllEvents = true)
  public static final class ClusterWide extends RegistryReconciler<ClusterRegistry> {
    /** Makes one that is not running yet. */
    public ClusterWide(ReconcilerServices services, EventSources sources) {
      super(
          ClusterRegistry.class,
          ClusterRegistry::new,
          services,
          services.observer()::observe,
          sources::clusterRegistries);
    }
  }

  @Override
  final Function<R, Execution<R>> passes() {
    return registry ->
        services.executor().execute(registry, RegistryPlanner.plan(observer.apply(registry)));
  }

  @Override
  final RegistryStatus status(R registry, Plan plan, Outcome outcome) {
    return StatusFactory.registry(
        registry.getStatus(),
        registry.getSpec(),
        registry.getMetadata().getGeneration(),
        plan,
        outcome,
        services.clock().instant());
  }
}
