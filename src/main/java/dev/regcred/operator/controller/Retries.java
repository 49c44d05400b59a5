package dev.regcred.operator.controller;

import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.leader.NotLeadingException;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.queue.RetryLaterException;
import dev.regcred.plan.Failure;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;

/**
 * The ways in which a pass that failed is tried again: after a delay that grows, after a time of
 * its own, not before the API server allows it, or not at all.
 */
final class Retries {
  /**
   * The time after which a resource of a namespace that goes is looked at again; its deletion comes
   * sooner.
   */
  private static final Duration TERMINAL_DELAY = Duration.ofMinutes(1);

  private final OperatorMetrics metrics;
  private final RetryAfterGate retryAfter;

  Retries(OperatorMetrics metrics, RetryAfterGate retryAfter) {
    this.metrics = metrics;
    this.retryAfter = retryAfter;
  }

  /** What a pass that met a failure ends with; the failure is logged and counted. */
  RetryLaterException after(LifecycleResource<?, ?> resource, Failure failure) {
    ReconcileLog.failed(resource, failure);
    metrics.failed(resource.getKind(), failure);
    if (failure.retryAfter() != null) {
      retryAfter.begin(ResourceID.fromResource(resource), failure.retryAfter());
      return new RetryLaterException(failure.message(), failure.retryAfter().plusMillis(1));
    }
    return new RetryLaterException(
        failure.message(),
        failure.kind().retryClass() == Failure.RetryClass.TERMINAL ? TERMINAL_DELAY : null);
  }

  /**
   * What the SDK is to do about what a pass threw. The count of attempts begins anew after a given
   * delay, and with it the growing delay: the SDK takes a pass that sets its own time for one that
   * succeeded.
   */
  <R extends LifecycleResource<?, ?>> ErrorStatusUpdateControl<R> control(R resource, Exception e) {
    return switch (e) {
      case NotLeadingException _ -> ErrorStatusUpdateControl.<R>noStatusUpdate().withNoRetry();
      case RetryLaterException later when later.delay() != null ->
          ErrorStatusUpdateControl.<R>noStatusUpdate().rescheduleAfter(later.delay());
      case RetryLaterException _ -> ErrorStatusUpdateControl.defaultErrorProcessing();
      default -> {
        ReconcileLog.broken(resource, e);
        metrics.broken(resource.getKind());
        yield ErrorStatusUpdateControl.defaultErrorProcessing();
      }
    };
  }
}
