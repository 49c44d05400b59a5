package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A handler withdraws what a resource has left that went without this operator's doing: somebody
 * had taken the finalizer off, and deleted it before the finalizer was back.
 *
 * @param <R> the kind
 * @param <T> its status
 */
final class ForcedDeletions<R extends LifecycleResource<?, T>, T extends LifecycleStatus> {
  /** What the status says after a plan was carried out. */
  interface Status<R, T> {
    T of(R resource, Plan plan, Outcome outcome);
  }

  private final Supplier<Function<R, Execution<R>>> passes;
  private final Status<R, T> status;
  private final Function<T, R> withStatus;

  /** The version that stands for a resource whose finalizer another pass takes off. */
  private static final String NOT_YET = "";

  /** The versions whose finalizer was taken off, by the UIDs of those that have nothing left. */
  private final Map<String, String> released = new ConcurrentHashMap<>();

  /**
   * What a reconciler of the kind withdraws with.
   *
   * @param passes makes what observes, plans and carries out in the passes of one withdrawal
   * @param withStatus makes an object with nothing but a status
   */
  ForcedDeletions(
      Supplier<Function<R, Execution<R>>> passes, Status<R, T> status, Function<T, R> withStatus) {
    this.passes = passes;
    this.status = status;
    this.withStatus = withStatus;
  }

  /** Notes after a pass whether the resource has nothing left and may go. */
  void afterPass(R resource, Plan plan, Outcome outcome) {
    var isLast =
        plan.next() instanceof Plan.Next.Gone || plan.next() instanceof Plan.Next.GoneWithNamespace;
    if (isLast && outcome instanceof Outcome.Done && resource.isMarkedForDeletion()) {
      var isLetGo = plan.actions().stream().anyMatch(Action.RemoveFinalizer.class::isInstance);
      released.put(
          resource.getMetadata().getUid(),
          isLetGo ? resource.getMetadata().getResourceVersion() : NOT_YET);
    }
  }

  /**
   * Whether a resource has been let go in the version in which it is known. The API server deletes
   * it with the last finalizer, and answers that with the version that it had: until the watch
   * brings the deletion it seems to be there with its finalizer.
   */
  boolean isReleased(R resource) {
    return resource
        .getMetadata()
        .getResourceVersion()
        .equals(released.get(resource.getMetadata().getUid()));
  }

  /**
   * Does what would have been done before it was let go, but for the finalizer and the status.
   *
   * @param gone as it was known last
   * @return whether all is done; else it is to be tried again
   */
  boolean withdraw(R gone) {
    var last = gone.getStatus();
    if (released.remove(gone.getMetadata().getUid()) != null || last == null) {
      return true;
    }
    var pass = passes.get();
    var latest = deleting(gone, last);
    while (true) {
      Execution<R> execution;
      try {
        execution = pass.apply(latest);
      } catch (KubernetesClientException e) {
        return notYet(gone, FailureClassifier.classifyRead(e).message());
      }
      var plan = execution.plan();
      var outcome = execution.outcome();
      if (!plan.actions().isEmpty()) {
        ReconcileLog.forced(gone);
      }
      switch (outcome) {
        case Outcome.Failed(_, var failure) -> {
          return notYet(gone, failure.message());
        }
        case Outcome.Partial(var failures, _) -> {
          return notYet(gone, failures.getFirst().failure().message());
        }
        case Outcome.Done() -> {}
      }
      switch (plan.next()) {
        case Plan.Next.AtOnce() -> latest = deleting(gone, status.of(latest, plan, outcome));
        case Plan.Next.Settled(var requeue) when requeue.time() != null -> {
          return notYet(gone, plan.readiness().message());
        }
        case Plan.Next.Settled(_),
            Plan.Next.Gone(),
            Plan.Next.LeftAlone(),
            Plan.Next.GoneWithNamespace() -> {
          return true;
        }
      }
    }
  }

  private boolean notYet(R gone, String why) {
    ReconcileLog.notWithdrawn(gone, why);
    return false;
  }

  /** The resource as if it was being deleted, with that status. */
  private R deleting(R gone, T published) {
    var deleting = withStatus.apply(published);
    @SuppressWarnings("unchecked") // Both are of one kind.
    var copy = (LifecycleResource<Object, T>) deleting;
    copy.setSpec(gone.getSpec());
    deleting.setMetadata(
        new ObjectMetaBuilder(gone.getMetadata())
            .withDeletionTimestamp(gone.getMetadata().getCreationTimestamp())
            .withFinalizers(List.of())
            .build());
    return deleting;
  }
}
