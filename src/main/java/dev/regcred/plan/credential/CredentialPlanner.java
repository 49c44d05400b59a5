package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.EntryRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The planner decides what one pass over a credential does.
 *
 * <p>A step that takes something away is first recorded, in a pass of its own, and carried out in
 * the next: whatever dies in between, the status says what is to be taken up again. A step that
 * only adds, or that has nothing to take away, is recorded once, when it is done.
 */
public final class CredentialPlanner {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  /**
   * The time after which a credential is looked at again that has left more than could be looked
   * at, and nothing of that can be taken away.
   */
  private static final Duration MORE_TO_COME = Duration.ofMinutes(1);

  private CredentialPlanner() {}

  /** The plan for what was observed. */
  public static Plan plan(CredentialSnapshot observed) {
    var plan = planKnown(observed);
    return observed.namespaces().stream().anyMatch(NamespaceSnapshot::hasMore)
        ? withMoreToCome(observed, plan)
        : plan;
  }

  /** The plan without what has been left and is not known yet: what is known goes first. */
  private static Plan withMoreToCome(CredentialSnapshot observed, Plan plan) {
    if (plan.progress().underWay() != null
        || plan.next() instanceof Next.GoneWithNamespace
        || plan.next() instanceof Next.LeftAlone) {
      return plan;
    }
    var state = observed.lastStatus().state();
    var actions =
        plan.actions().stream()
            .filter(action -> !(action instanceof Action.RemoveFinalizer))
            .toList();
    var takesAway = plan.progress().completed().stream().anyMatch(Step::isDestructive);
    var again =
        actions.stream().allMatch(Action.AddFinalizer.class::isInstance)
            ? plan.next().noLaterThan(observed.now().plus(MORE_TO_COME))
            : new Next.AtOnce();
    return takesAway
        ? new Plan(
            actions,
            Progress.none(state),
            TABLE.underWay(state).map(CredentialSteps::underWay).orElse(plan.readiness()),
            observed.lastPublished(),
            again,
            plan.counts(),
            plan.contended())
        : new Plan(
            actions,
            plan.progress(),
            plan.readiness(),
            plan.published(),
            again,
            plan.counts(),
            plan.contended());
  }

  private static Plan planKnown(CredentialSnapshot observed) {
    if (observed.goesWithItsNamespace()) {
      return CredentialDeletion.withNamespace(observed);
    }
    if (observed.id().deleting()) {
      return CredentialDeletion.plan(observed);
    }
    return switch (CredentialChecks.goal(observed.self(), observed.now())) {
      case CredentialGoal.Hold(var readiness) ->
          isServedElsewhere(observed) ? leftAlone(observed, readiness) : hold(observed, readiness);
      case CredentialGoal.Reach(var end, var readiness) -> withoutEntry(observed, end, readiness);
      case CredentialGoal.Activate() ->
          activation(observed, SecretRequests.entry(observed.self()).orElseThrow());
    };
  }

  /**
   * An operator that is limited to some namespaces can say of a credential that names a
   * ClusterRegistry only that it knows none, once: where another operator serves it, the two would
   * write its status in turns.
   */
  private static boolean isServedElsewhere(CredentialSnapshot observed) {
    return observed.self().registry() instanceof RegistryView.Unserved
        && observed.lastStatus().observedGeneration() == observed.id().generation()
        && !isDestructive(observed.lastStatus().state());
  }

  private static Plan leftAlone(CredentialSnapshot observed, Readiness readiness) {
    return new Plan(
        List.of(),
        Progress.none(observed.lastStatus().state()),
        readiness,
        observed.lastPublished(),
        new Next.LeftAlone());
  }

  /** The plan of a credential that goes to Active, in each namespace that the entry may go to. */
  private static Plan activation(CredentialSnapshot observed, EntryRequest.Put entry) {
    var planner = new NamespacePlanner(observed);
    var fanOut = FanOut.over(observed, planner, namespace -> planner.activate(namespace, entry));
    var summary = Summary.of(observed, fanOut);
    var readiness = summary.activated(entry);
    var state = observed.lastStatus().state();
    if (fanOut.isBlocked() && isDestructive(state)) {
      return hold(observed, readiness);
    }
    var progress =
        fanOut.isCut()
            ? CredentialSteps.activating(state)
            : fanOut.counts().isInUse()
                ? CredentialSteps.arrival(observed, ACTIVE)
                : CredentialSteps.waiting(state, readiness);
    return new Plan(
        CredentialSteps.withFinalizer(observed, summary.actions()),
        progress,
        readiness,
        summary.published(entry),
        fanOut.next(expiry(observed)),
        summary.counts(),
        fanOut.contended());
  }

  /** The writes for an end without entry. */
  private static NamespaceWrites writesWithoutEntry(
      CredentialSnapshot observed, NamespaceSnapshot namespace, LifecycleState end) {
    var writes =
        NamespaceWrites.of(observed.self(), namespace, observed.now())
            .atRest(observed.lastStatus().state() == end);
    if (end != INACTIVE || !namespace.wanted()) {
      return writes.withdrawAll();
    }
    return wiredName(observed) == null ? writes : writes.keepWithoutEntry();
  }

  /**
   * The plan of a credential that goes to a state without entry, by way of a recorded one if there
   * is something to take away.
   */
  private static Plan withoutEntry(
      CredentialSnapshot observed, LifecycleState end, Readiness readiness) {
    var state = observed.lastStatus().state();
    var fanOut =
        FanOut.withoutEntry(
            observed, namespace -> writesWithoutEntry(observed, namespace, end), state == end);
    var route = TABLE.route(state, end).orElse(List.of());
    var destructive = CredentialSteps.firstDestructive(route, end);
    if (!fanOut.isEmpty() && destructive >= 0 && !route.get(destructive).isResumed()) {
      return CredentialSteps.statusOnly(observed, route, destructive);
    }
    if (fanOut.isUnfinished()) {
      return CredentialSteps.unfinished(observed, fanOut, readiness, purge(observed, end));
    }
    var summary = Summary.of(observed, fanOut);
    return new Plan(
        CredentialSteps.withFinalizer(observed, summary.actions()),
        CredentialSteps.arrival(observed, end),
        readiness,
        new PublishedTarget(
            end == INACTIVE ? wiredName(observed) : null,
            observed.lastStatus().serverAddress(),
            end == INACTIVE ? PodAttachment.since(observed.self(), observed.now()) : null),
        fanOut.next(purge(observed, end)),
        summary.counts(),
        fanOut.contended());
  }

  /**
   * The credential stays as it is, and so does its entry; a step that was recorded before is
   * finished all the same. Only a blanking can't be without the spec, which says what the Secret
   * carries besides the entry.
   */
  private static Plan hold(CredentialSnapshot observed, Readiness readiness) {
    var state = observed.lastStatus().state();
    var isPossible = observed.spec() != null || state != DEACTIVATING;
    if (isPossible && isDestructive(state)) {
      return withoutEntry(observed, TABLE.underWay(state).orElseThrow().to(), readiness);
    }
    var planner = new NamespacePlanner(observed);
    var fanOut = FanOut.over(observed, planner, planner::keep);
    var summary = Summary.of(observed, fanOut);
    var said = summary.kept(readiness);
    return new Plan(
        CredentialSteps.withFinalizer(observed, summary.actions()),
        CredentialSteps.waiting(state, said),
        said,
        observed.lastPublished(),
        fanOut.next(Requeue.never()),
        summary.counts(),
        fanOut.contended());
  }

  /** Whether a step that takes something away was recorded, and is not finished. */
  private static boolean isDestructive(LifecycleState state) {
    return TABLE.underWay(state).filter(Step::isDestructive).isPresent();
  }

  /** The target's name if the credential has, or had, a pull Secret; else null. */
  private static @Nullable String wiredName(CredentialSnapshot observed) {
    var isWired =
        observed.lastStatus().secretName() != null
            || observed.namespaces().stream()
                .anyMatch(namespace -> namespace.isWired(observed.self()));
    return isWired ? observed.self().secretName() : null;
  }

  /**
   * The time at which values that come to an end are read again; those that have ended are what
   * there is.
   */
  private static Requeue expiry(CredentialSnapshot observed) {
    return Requeue.at(
        Optional.ofNullable(observed.self().values().expiry())
            .filter(expiry -> expiry.isAfter(observed.now())));
  }

  /** The time at which one that is Removed is purged. */
  private static Requeue purge(CredentialSnapshot observed, LifecycleState end) {
    if (end != REMOVED || observed.spec() == null) {
      return Requeue.never();
    }
    var lastStatus = observed.lastStatus();
    var removed =
        lastStatus.state() == REMOVED && lastStatus.removedTime() != null
            ? lastStatus.removedTime()
            : observed.now();
    return Requeue.at(observed.spec().purgeAfter().after(removed));
  }
}
