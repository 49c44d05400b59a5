package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.execute.PlanExecutor;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.BoundedMetadata;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.queue.WorkQueue;
import dev.regcred.operator.watch.BoundedStore;
import dev.regcred.operator.watch.ChangePredicates;
import dev.regcred.operator.watch.EventSources;
import dev.regcred.operator.watch.RecentWrites;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Requeue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observe, plan, execute, status: the same for every kind, until there is nothing more to do.
 *
 * <p>Deletion is no other way but one more thing that is observed.
 *
 * @param <R> the kind
 * @param <T> its status
 */
public abstract class LifecycleReconciler<
        R extends LifecycleResource<?, T>, T extends LifecycleStatus>
    implements Reconciler<R> {
  /** How many conflicts in a row are planned again at once. */
  private static final int CONFLICTS_AT_ONCE = 5;

  /** From which attempt on a conflict is said: 6 s after the first one. */
  private static final int LASTING_ATTEMPTS = 8;

  private final Supplier<R> empty;
  private final EventSources.Of<R> sources;
  private final WorkQueue<R> queue;
  private final BoundedStore<R> store;
  private final PlanExecutor executor;
  private final OperatorMetrics metrics;
  private final Leadership leadership;
  private final Clock clock;
  private final RetryAfterGate retryAfter;
  private final Retries retries;
  private final Resync resync;
  private final StatusWriter<R, T> statuses;
  private final ForcedDeletions<R, T> forced;
  private @Nullable Cache<R> resources;
  private @Nullable RecentWrites<R> recent;

  /**
   * A reconciler of a kind.
   *
   * @param empty makes an object of it with nothing in it
   * @param sources what triggers a pass, besides a change of the resource itself
   */
  LifecycleReconciler(
      Class<R> kind, Supplier<R> empty, EventSources.Of<R> sources, ReconcilerServices services) {
    this.empty = empty;
    this.sources = sources;
    this.queue = new WorkQueue<>(kind);
    this.store = new BoundedStore<>(HasMetadata.getKind(kind));
    this.executor = services.executor();
    this.metrics = services.metrics();
    this.leadership = services.leadership();
    this.clock = services.clock();
    this.resync = new Resync(services.resync());
    this.retryAfter = new RetryAfterGate(clock);
    this.retries = new Retries(metrics, retryAfter);
    this.statuses = new StatusWriter<>(services);
    this.forced = new ForcedDeletions<>(this::passes, this::status, this::withStatus);
  }

  @Override
  public final List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    resources = context.getPrimaryCache();
    var ofKind = sources.of(context, queue);
    recent = ofKind.recent();
    var all = new ArrayList<>(ofKind.sources());
    all.add(queue);
    return all;
  }

  /**
   * Whether a change of a resource is to be looked at: also one that raises no generation, but not
   * the echo of what the operator itself has written.
   */
  public final boolean isReconcileNeeded(R after, R before) {
    var isEcho = statuses.isEcho(after);
    return ChangePredicates.concernsItself(before, after)
        || (!isEcho && !Objects.equals(before.getStatus(), after.getStatus()));
  }

  /** What the watch of the kind keeps, where one watch brings all of it. */
  public final BoundedStore<R> store() {
    return store;
  }

  /** Whoever has made this operator the leader calls this. */
  public final void enqueueAll() {
    queue.enqueueAll(Objects.requireNonNull(resources, "The controllers are not started"));
  }

  /**
   * What observes, plans and carries out, for the passes of one reconciliation: what one of them
   * has read, the next need not read again. It throws a KubernetesClientException where something
   * can't be read without which there is no plan.
   */
  abstract Function<R, Execution<R>> passes();

  /** What the status says after the plan was carried out. */
  abstract T status(R resource, Plan plan, Outcome outcome);

  private R withStatus(T status) {
    var resource = empty.get();
    resource.setStatus(status);
    return resource;
  }

  /** Hook after each pass, for what a kind adds. */
  void afterPass(R resource, Plan plan, Outcome outcome) {}

  /** Hook where a resource can't be looked at for now. */
  void notLookedAt(R resource) {}

  /** Hook after a resource is gone, however it went. */
  void afterDeletion(R resource) {}

  @Override
  public final UpdateControl<R> reconcile(R resource, Context<R> context) {
    var id = ResourceID.fromResource(resource);
    if (context.isPrimaryResourceDeleted()) {
      var known = context.eventSourceRetriever().getControllerEventSource();
      retryAfter.forget(id);
      statuses.forget(id);
      queue.enqueueSuccessor(id, known);
      // One that was created anew under the name takes care of what the old one left.
      if (leadership.isHeld() && known.get(id).isEmpty() && !forced.withdraw(resource)) {
        queue.enqueueDeletion(id, resource, known);
      } else {
        executor.forget(resource);
        afterDeletion(resource);
      }
      return UpdateControl.noUpdate();
    }
    return reconcile(recent == null ? resource : recent.newest(resource), id, context);
  }

  private UpdateControl<R> reconcile(R resource, ResourceID id, Context<R> context) {
    if (!leadership.isHeld()) {
      return UpdateControl.noUpdate(); // All are looked at when it is.
    }
    if (resource.getMetadata().getFinalizers().size() > BoundedMetadata.MAX_FINALIZERS) {
      ReconcileLog.overfull(resource);
      notLookedAt(resource);
      return UpdateControl.noUpdate(); // A list that is not known as a whole can't be changed.
    }
    if (forced.isReleased(resource)) {
      return UpdateControl.noUpdate(); // The watch brings its deletion.
    }
    return retryAfter
        .left(id)
        .map(left -> UpdateControl.<R>noUpdate().rescheduleAfter(left))
        .orElseGet(() -> metrics.timed(resource.getKind(), () -> runPasses(resource, context)));
  }

  private UpdateControl<R> runPasses(R resource, Context<R> context) {
    queue.passBegins(ResourceID.fromResource(resource));
    var latest = resource;
    var conflicts = 0;
    var passes = passes();
    while (true) {
      var pass = runPass(latest, passes);
      if (pass.isConflict() && conflicts < CONFLICTS_AT_ONCE) {
        conflicts++;
        var newest = newest(context, pass);
        if (newest.isEmpty()) {
          return UpdateControl.noUpdate(); // It is gone; the watch brings its deletion.
        }
        latest = newest.get();
        passes = passes();
        continue;
      }
      if (pass.failure() != null) {
        notLookedAt(latest);
        throw retries.after(writeLastingConflict(context, pass), pass.failure());
      }
      conflicts = 0;
      latest = pass.resource();
      switch (pass.plan().next()) {
        case Plan.Next.AtOnce() when pass.plan().counts() != null -> {
          // A round in many namespaces is over, and others may have waited for the thread.
          return UpdateControl.<R>noUpdate().rescheduleAfter(Duration.ZERO);
        }
        case Plan.Next.AtOnce() -> {}
        case Plan.Next.Settled(var requeue) -> {
          return UpdateControl.<R>noUpdate().rescheduleAfter(resync.next(requeue, clock.instant()));
        }
        case Plan.Next.LeftAlone() -> {
          return UpdateControl.<R>noUpdate()
              .rescheduleAfter(resync.next(Requeue.never(), clock.instant()));
        }
        case Plan.Next.Gone(), Plan.Next.GoneWithNamespace() -> {
          return UpdateControl.noUpdate();
        }
      }
    }
  }

  private PassResult<R> runPass(R resource, Function<R, Execution<R>> passes) {
    Execution<R> execution;
    try {
      execution = passes.apply(resource);
    } catch (KubernetesClientException e) {
      var failure = FailureClassifier.classifyRead(e);
      return conclude(
          resource, Plan.unread(resource.stateOrRequested()), new Outcome.Failed(null, failure));
    }
    afterPass(resource, execution.plan(), execution.outcome());
    forced.afterPass(resource, execution.plan(), execution.outcome());
    return conclude(
        rememberWritten(resource, execution.resource()), execution.plan(), execution.outcome());
  }

  /** Writes the status where that has something to say. */
  private PassResult<R> conclude(R resource, Plan plan, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(_, var failure) ->
          switch (failure.kind().retryClass()) {
            case REPLANNED, TERMINAL -> new PassResult<>(resource, plan, outcome, failure);
            case RETRIED, WAITING -> writeStatus(resource, plan, outcome, failure);
          };
      case Outcome.Partial(var failures, var again) -> {
        failures.forEach(part -> metrics.failed(resource.getKind(), part.failure()));
        var conflict = failures.stream().filter(Outcome.BatchFailure::isConflict).findFirst();
        yield conflict.isPresent()
            ? new PassResult<>(resource, plan, outcome, conflict.get().failure())
            : writeStatus(resource, plan.next(plan.next().noLaterThan(again)), outcome, null);
      }
      case Outcome.Done() -> {
        switch (plan.next()) {
          case Plan.Next.LeftAlone() -> ReconcileLog.leftAlone(resource);
          case Plan.Next.Gone() -> statuses.recordDeletion(resource, plan, outcome);
          case Plan.Next.GoneWithNamespace() -> {}
          default -> {
            yield writeStatus(resource, plan, outcome, null);
          }
        }
        yield new PassResult<>(resource, plan, outcome, null);
      }
    };
  }

  /** Writes the status if it says something new. */
  private PassResult<R> writeStatus(
      R resource, Plan plan, Outcome outcome, @Nullable Failure failure) {
    var status = status(resource, plan, outcome);
    if (status.equals(resource.getStatus())) {
      return new PassResult<>(resource, plan, outcome, failure);
    }
    try {
      var written = statuses.write(resource, status, withStatus(status), plan, outcome);
      return new PassResult<>(rememberWritten(resource, written), plan, outcome, failure);
    } catch (KubernetesClientException e) {
      var unwritten = FailureClassifier.classify(e, "write the status");
      return new PassResult<>(
          resource,
          plan,
          outcome,
          failure == null ? unwritten : failure.notBefore(unwritten.retryAfter()));
    }
  }

  /** A conflict that does not end is said after all. */
  private R writeLastingConflict(Context<R> context, PassResult<R> pass) {
    var attempts = context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0);
    return pass.isConflict()
            && !(pass.outcome() instanceof Outcome.Done)
            && attempts >= LASTING_ATTEMPTS
        ? writeStatus(pass.resource(), pass.plan(), pass.outcome(), pass.failure()).resource()
        : pass.resource();
  }

  /**
   * The resource, after a conflict, as it is stored now if it was its own version that was old. Of
   * a Secret the next plan reads the newest version in any case.
   *
   * @return empty if it is gone
   */
  private Optional<R> newest(Context<R> context, PassResult<R> pass) {
    if (pass.outcome() instanceof Outcome.Partial
        || (pass.outcome() instanceof Outcome.Failed(var action, _)
            && (action instanceof Action.WriteSecret
                || action instanceof Action.WriteAttachment))) {
      return Optional.of(pass.resource());
    }
    try {
      return Optional.ofNullable(context.getClient().resource(pass.resource()).get());
    } catch (KubernetesClientException e) {
      throw retries.after(pass.resource(), FailureClassifier.classifyRead(e));
    }
  }

  /** Lets the next pass see our own write, which the watch may bring only later. */
  private R rememberWritten(R before, R after) {
    if (recent != null
        && !Objects.equals(
            before.getMetadata().getResourceVersion(), after.getMetadata().getResourceVersion())) {
      recent.add(after);
    }
    return after;
  }

  @Override
  public final ErrorStatusUpdateControl<R> updateErrorStatus(
      R resource, Context<R> context, Exception e) {
    return isGoneMeanwhile(resource, context)
        ? ErrorStatusUpdateControl.<R>noStatusUpdate().withNoRetry()
        : retries.control(resource, e);
  }

  /**
   * Whether the pass for its deletion is next. To try this one again could lose that: the SDK 5.2
   * forgets a deletion when an event follows it and the pass before it fails ({@code
   * ResourceState.markEventReceived}).
   */
  private boolean isGoneMeanwhile(R resource, Context<R> context) {
    return resources != null
        && !context.isPrimaryResourceDeleted()
        && resources.get(ResourceID.fromResource(resource)).isEmpty();
  }
}
