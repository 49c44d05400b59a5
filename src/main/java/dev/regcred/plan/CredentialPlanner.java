package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Placement;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.pullsecret.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a credential does.
 *
 * <p>A step that takes something away is first recorded, in a pass of its own, and carried out in
 * the next: whatever dies in between, the status says what is to be taken up again. A step that
 * only adds, or that has nothing to take away, is recorded once, when it is done.
 */
public final class CredentialPlanner {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  /**
   * When a credential is looked at again that has left more than could be looked at, and nothing of
   * that can be taken away.
   */
  private static final Duration MORE_TO_COME = Duration.ofMinutes(1);

  private CredentialPlanner() {}

  /** The plan for what was observed. */
  public static Plan plan(ObservedCredential observed) {
    var plan = planned(observed);
    return observed.places().stream().anyMatch(ObservedPlace::hasMore)
        ? withMoreToCome(observed, plan)
        : plan;
  }

  /** The same without what has been left and is not known yet: what is known goes first. */
  private static Plan withMoreToCome(ObservedCredential observed, Plan plan) {
    if (plan.progress().underWay() != null
        || plan.next() instanceof Next.GoneWithNamespace
        || plan.next() instanceof Next.LeftAlone) {
      return plan;
    }
    var state = observed.recorded().state();
    var actions =
        plan.actions().stream()
            .filter(action -> !(action instanceof Action.RemoveFinalizer))
            .toList();
    var takesAway =
        plan.next() instanceof Next.Gone
            || plan.progress().completed().stream().anyMatch(Step::isDestructive);
    var again =
        actions.stream().allMatch(Action.AddFinalizer.class::isInstance)
            ? plan.next().noLaterThan(observed.now().plus(MORE_TO_COME))
            : new Next.AtOnce();
    return takesAway
        ? new Plan(
            actions,
            Progress.none(state),
            TABLE.underWay(state).map(CredentialSteps::underWay).orElse(plan.verdict()),
            recordedPlacement(observed),
            again,
            plan.tally())
        : new Plan(actions, plan.progress(), plan.verdict(), plan.placement(), again, plan.tally());
  }

  private static Plan planned(ObservedCredential observed) {
    if (!observed.isClusterWide() && observed.place().terminating()) {
      return CredentialDeletion.withNamespace(observed);
    }
    if (observed.id().deleting()) {
      return CredentialDeletion.plan(observed);
    }
    return switch (CredentialGoal.of(observed.self(), observed.now())) {
      case CredentialGoal.Hold(var verdict) ->
          isAnothers(observed) ? leftAlone(observed, verdict) : hold(observed, verdict);
      case CredentialGoal.Reach(var end, var verdict) -> withdrawal(observed, end, verdict);
      case CredentialGoal.Activate goal ->
          switch (Activation.of(observed.self(), goal)) {
            case Activation.Blocked(var verdict) -> hold(observed, verdict);
            case Activation.Possible(var entry) ->
                observed.isClusterWide()
                    ? FanOut.activation(observed, entry)
                    : activation(observed, entry);
          };
    };
  }

  /**
   * Of a credential that names a ClusterRegistry an operator that is limited to some namespaces can
   * only say that it knows none, once: where another operator serves it, the two would write its
   * status in turns.
   */
  private static boolean isAnothers(ObservedCredential observed) {
    return observed.self().registry() instanceof RegistryView.Unserved
        && observed.recorded().observedGeneration() == observed.id().generation()
        && TABLE.underWay(observed.recorded().state()).filter(Step::isDestructive).isEmpty();
  }

  private static Plan leftAlone(ObservedCredential observed, Verdict verdict) {
    return new Plan(
        List.of(),
        Progress.none(observed.recorded().state()),
        verdict,
        recordedPlacement(observed),
        new Next.LeftAlone());
  }

  private static Plan activation(ObservedCredential observed, Claim.Entry entry) {
    return switch (Arrival.of(
        observed.self(), observed.place(), observed.now(), entry, new Composer())) {
      case Arrival.Synced synced -> active(observed, synced);
      case Arrival.Behind(var writes, var verdict, _) -> without(observed, writes, verdict);
      case Arrival.Blocked(var verdict) -> hold(observed, verdict);
    };
  }

  private static Plan active(ObservedCredential observed, Arrival.Synced synced) {
    var writes = synced.writes();
    var target = observed.place().target().name();
    var contest = writes.contest();
    if (CredentialGoal.isActive(observed.recorded().state()) && contest.isPresent()) {
      return contested(observed, contest.get(), writes.requeue());
    }
    return new Plan(
        CredentialSteps.withFinalizer(observed, writes.actions()),
        CredentialSteps.arrival(observed, ACTIVE),
        missingAccounts(observed)
            .or(writes::contestedAccount)
            .or(writes::fullAccount)
            .orElseGet(
                () ->
                    Verdict.ready(
                        Reason.ACTIVE,
                        "Secret %s holds the entry for %s%s."
                            .formatted(
                                target,
                                synced.server(),
                                synced.overridden().isEmpty()
                                    ? ""
                                    : ", in place of that of ClusterRegistryCredential "
                                        + synced.overridden()))),
        new Placement(target, synced.server()),
        new Next.Settled(writes.requeue()));
  }

  /** It waits in line for the entry; one that it has in another Secret stays there. */
  private static Plan without(ObservedCredential observed, Writes writes, Verdict verdict) {
    var recorded = observed.recorded();
    var isElsewhere = !observed.place().target().name().equals(recorded.secretName());
    return new Plan(
        CredentialSteps.withFinalizer(observed, writes.actions()),
        CredentialSteps.waiting(recorded.state(), verdict),
        verdict,
        isElsewhere
            ? new Placement(recorded.secretName(), recorded.serverAddress())
            : new Placement(null, null),
        new Next.Settled(writes.requeue()));
  }

  private static Plan contested(ObservedCredential observed, Contest contest, Requeue other) {
    return new Plan(
        CredentialSteps.withFinalizer(observed, List.of()),
        Progress.none(observed.recorded().state()),
        Writes.contested("Secret " + observed.place().target().name(), contest),
        recordedPlacement(observed),
        new Next.Settled(Requeue.earliest(Requeue.at(contest.until()), other)));
  }

  private static Optional<Verdict> missingAccounts(ObservedCredential observed) {
    return Arrival.missingAccounts(observed.self(), observed.place())
        .map(
            missing ->
                Verdict.reconciling(
                    Reason.SERVICE_ACCOUNT_MISSING,
                    ("Secret %s is right, but there is no ServiceAccount %s in this namespace yet,"
                            + " or none that is small enough to be served; create it, or correct"
                            + " spec.serviceAccounts.")
                        .formatted(observed.place().target().name(), missing)));
  }

  /** What is to be written for an end without entry. */
  private static Writes withdrawn(
      ObservedCredential observed, ObservedPlace place, LifecycleState end) {
    var writes = Writes.none(observed.self(), place, observed.now());
    if (end != INACTIVE || !place.wanted()) {
      return writes.leaveAll();
    }
    return wiredName(observed) == null ? writes : writes.wire();
  }

  /** To a state without entry, by way of a recorded one if there is something to take away. */
  private static Plan withdrawal(ObservedCredential observed, LifecycleState end, Verdict verdict) {
    var state = observed.recorded().state();
    var spread = new Spread(observed);
    var isAtRest = observed.isClusterWide() && state == end;
    for (ObservedPlace place : observed.places()) {
      var writes = withdrawn(observed, place, end);
      if (isAtRest) {
        spread.rest(place, writes);
      } else {
        spread.withdraw(place, writes);
      }
    }
    var route = TABLE.route(state, end).orElse(List.of());
    var destructive = CredentialSteps.firstRecorded(route, end);
    if (!spread.isEmpty() && destructive >= 0 && !route.get(destructive).isResumed()) {
      return CredentialSteps.recorded(observed, route, destructive);
    }
    if (spread.isUnfinished()) {
      return unfinished(observed, spread, verdict, purge(observed, end));
    }
    var contest =
        observed.isClusterWide()
            ? Optional.<Contest>empty()
            : withdrawn(observed, observed.place(), end).contest();
    if (state == end && contest.isPresent()) {
      return contested(observed, contest.get(), purge(observed, end));
    }
    return new Plan(
        CredentialSteps.withFinalizer(observed, spread.actions()),
        CredentialSteps.arrival(observed, end),
        verdict,
        new Placement(
            end == INACTIVE ? wiredName(observed) : null, observed.recorded().serverAddress()),
        new Next.Settled(purge(observed, end)),
        FanOut.tally(observed, spread));
  }

  /**
   * Somewhere it can't be withdrawn for now; everywhere else it is.
   *
   * @param other when it is looked at again for another reason
   */
  static Plan unfinished(
      ObservedCredential observed, Spread spread, Verdict otherwise, Requeue other) {
    var state = observed.recorded().state();
    var underWay = TABLE.underWay(state).map(CredentialSteps::underWay).orElse(otherwise);
    return new Plan(
        CredentialSteps.withFinalizer(observed, spread.actions()),
        Progress.none(state),
        observed.isClusterWide() ? spread.tally().verdict(underWay) : spread.obstacle(),
        recordedPlacement(observed),
        spread.next(other),
        FanOut.tally(observed, spread));
  }

  /**
   * Stays as it is, and so does its entry; a step that was recorded before is finished all the
   * same. Only a blanking can't be without the spec, which says what the Secret carries besides the
   * entry.
   */
  private static Plan hold(ObservedCredential observed, Verdict verdict) {
    var state = observed.recorded().state();
    var underWay = TABLE.underWay(state);
    var isPossible = observed.spec() != null || state != DEACTIVATING;
    if (isPossible && underWay.filter(Step::isDestructive).isPresent()) {
      return withdrawal(observed, underWay.get().to(), verdict);
    }
    if (observed.isClusterWide()) {
      return FanOut.hold(observed, verdict);
    }
    var upkeep = Writes.upkeep(observed.self(), observed.place(), observed.now());
    var contest = upkeep.contest();
    if (contest.isPresent()) {
      return contested(observed, contest.get(), upkeep.requeue());
    }
    return new Plan(
        CredentialSteps.withFinalizer(observed, upkeep.actions()),
        CredentialSteps.waiting(state, verdict),
        verdict,
        recordedPlacement(observed),
        new Next.Settled(upkeep.requeue()));
  }

  /** The target's name if the credential has, or had, a pull Secret; else null. */
  private static @Nullable String wiredName(ObservedCredential observed) {
    var isWired =
        observed.recorded().secretName() != null
            || observed.places().stream().anyMatch(place -> place.isWired(observed.self()));
    return isWired ? observed.self().secretName() : null;
  }

  static Placement recordedPlacement(ObservedCredential observed) {
    return new Placement(observed.recorded().secretName(), observed.recorded().serverAddress());
  }

  /** When one that is Removed is purged. */
  private static Requeue purge(ObservedCredential observed, LifecycleState end) {
    if (end != REMOVED || observed.spec() == null) {
      return Requeue.never();
    }
    var recorded = observed.recorded();
    var removed =
        recorded.state() == REMOVED && recorded.removedTime() != null
            ? recorded.removedTime()
            : observed.now();
    return Requeue.at(observed.spec().purgeAfter().after(removed));
  }
}
