package dev.regcred.controller;

import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.cluster.FailureClassifier;
import dev.regcred.cluster.PlanExecutor;
import dev.regcred.metrics.OperatorMetrics;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Observe, plan, execute, status: the same for every kind, until there is nothing more to do.
 *
 * <p>Deletion is no other way but one more thing that is observed.
 *
 * @param <R> the kind
 * @param <T> its status
 */
abstract class LifecycleReconciler<R extends LifecycleResource<?, T>, T extends LifecycleStatus>
    implements Reconciler<R> {
  private static final Logger LOG = LoggerFactory.getLogger(LifecycleReconciler.class);

  private final PlanExecutor executor;
  private final OperatorMetrics metrics;
  private final Clock clock;

  LifecycleReconciler(PlanExecutor executor, OperatorMetrics metrics, Clock clock) {
    this.executor = executor;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** What is to be done about what there is. */
  abstract Plan plan(R resource);

  /** What the status says after the plan was carried out. */
  abstract T status(R resource, Plan plan, Outcome outcome);

  /** An object with nothing but this status. */
  abstract R withStatus(T status);

  /** After a pass. */
  void executed(R resource, Plan plan, Outcome outcome) {}

  @Override
  public final UpdateControl<R> reconcile(R resource, Context<R> context) {
    if (context.isPrimaryResourceDeleted()) {
      return UpdateControl.noUpdate();
    }
    return metrics.timed(resource.getKind(), () -> passes(resource, context));
  }

  private UpdateControl<R> passes(R resource, Context<R> context) {
    var latest = resource;
    while (true) {
      var plan = plan(latest);
      var execution = executor.execute(latest, plan.actions());
      executed(latest, plan, execution.outcome());
      latest = cached(context, latest, execution.resource());
      if (!isConflict(execution.outcome())) {
        latest = recorded(context, latest, plan, execution.outcome());
      }
      if (execution.outcome() instanceof Outcome.Failed(_, var failure)) {
        throw retried(latest, failure);
      }
      switch (plan.next()) {
        case Plan.Next.AtOnce() -> {}
        case Plan.Next.At(var time) -> {
          var delay = Duration.between(clock.instant(), time);
          return UpdateControl.<R>noUpdate()
              .rescheduleAfter(delay.isNegative() ? Duration.ZERO : delay);
        }
        case Plan.Next.Settled(), Plan.Next.Gone() -> {
          return UpdateControl.noUpdate();
        }
      }
    }
  }

  /** Writes the status where it says something new, and counts the steps that it says are done. */
  private R recorded(Context<R> context, R resource, Plan plan, Outcome outcome) {
    if (plan.next() instanceof Plan.Next.Gone && outcome instanceof Outcome.Done) {
      return resource;
    }
    var status = status(resource, plan, outcome);
    if (status.equals(resource.getStatus())) {
      return resource;
    }
    try {
      var written = executor.writeStatus(resource, withStatus(status));
      metrics.transitions(resource.getKind(), plan, outcome);
      LOG.info(
          "{} {}/{}: {} {}",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          status.state() == null ? null : status.state().value(),
          ready(status));
      return cached(context, resource, written);
    } catch (KubernetesClientException e) {
      throw retried(resource, FailureClassifier.classify(e, "write the status"));
    }
  }

  private static @Nullable String ready(LifecycleStatus status) {
    return status.conditions() == null || status.conditions().isEmpty()
        ? null
        : status.conditions().getFirst().reason();
  }

  /** Lets the next pass see our own write, which the watch may bring only later. */
  private R cached(Context<R> context, R before, R after) {
    if (!Objects.equals(
        before.getMetadata().getResourceVersion(), after.getMetadata().getResourceVersion())) {
      context
          .eventSourceRetriever()
          .getControllerEventSource()
          .handleRecentResourceUpdate(ResourceID.fromResource(after), after, before);
    }
    return after;
  }

  private static boolean isConflict(Outcome outcome) {
    return outcome instanceof Outcome.Failed(_, var failure)
        && failure.kind() == Failure.Kind.CONFLICT;
  }

  private static RetryLaterException retried(LifecycleResource<?, ?> resource, Failure failure) {
    LOG.atLevel(failure.kind() == Failure.Kind.CONFLICT ? Level.DEBUG : Level.WARN)
        .log(
            "{} {}/{}: {}",
            resource.getKind(),
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            failure.message());
    return new RetryLaterException(failure.message());
  }

  @Override
  public final ErrorStatusUpdateControl<R> updateErrorStatus(
      R resource, Context<R> context, Exception e) {
    if (!(e instanceof RetryLaterException)) {
      LOG.error(
          "{} {}/{}: the pass ended unexpectedly and is tried again",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          e);
    }
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
