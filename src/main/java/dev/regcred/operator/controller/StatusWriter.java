package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.events.EventRecorder;
import dev.regcred.operator.execute.PlanExecutor;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.leader.NotLeadingException;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.status.NotableEvents;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.jspecify.annotations.Nullable;

/**
 * The writer of the statuses of one kind. What a status says is counted, logged and recorded as
 * Events once it is written, and its echo in the watch is told from what somebody else writes.
 *
 * @param <R> the kind
 * @param <T> its status
 */
final class StatusWriter<R extends LifecycleResource<?, T>, T extends LifecycleStatus> {
  private final PlanExecutor executor;
  private final OperatorMetrics metrics;
  private final @Nullable EventRecorder events;
  private final WrittenStatuses<T> written = new WrittenStatuses<>();

  StatusWriter(ReconcilerServices services) {
    this.executor = services.executor();
    this.metrics = services.metrics();
    this.events = services.events();
  }

  /**
   * Writes the status of a resource.
   *
   * @param status what it says
   * @param withStatus an object with nothing but this status
   * @param plan what led to it
   * @param outcome how carrying out the plan ended
   * @return the resource as it is stored
   * @throws KubernetesClientException as the API server answers
   * @throws NotLeadingException if this operator may not write any more
   */
  R write(R resource, T status, R withStatus, Plan plan, Outcome outcome) {
    var id = ResourceID.fromResource(resource);
    written.sent(id, status);
    R stored;
    try {
      stored = executor.writeStatus(resource, withStatus);
    } catch (KubernetesClientException | NotLeadingException e) {
      written.refused(id, status);
      throw e;
    }
    metrics.transitions(resource.getKind(), plan, outcome);
    recordEvents(resource, status, plan, outcome);
    ReconcileLog.written(resource, status);
    return stored;
  }

  /** Records the last Events of a resource, which goes without another status. */
  void recordDeletion(R resource, Plan plan, Outcome outcome) {
    recordEvents(resource, null, plan, outcome);
  }

  /** Whether the watch has brought the echo of a status that was written here. */
  boolean isEcho(R resource) {
    return written.isEcho(ResourceID.fromResource(resource), resource.getStatus());
  }

  /** Forgets a resource that is gone. */
  void forget(ResourceID id) {
    written.forget(id);
  }

  private void recordEvents(R before, @Nullable T after, Plan plan, Outcome outcome) {
    if (events != null) {
      events.recordEvents(before, NotableEvents.of(before.getStatus(), after, plan, outcome));
    }
  }
}
