package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;

import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The steps along the life cycle that a pass over a credential takes, and what is said of them. */
final class CredentialSteps {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  /**
   * The time after which a credential is looked at again that has left more than could be looked
   * at, and nothing of that can be taken away.
   */
  private static final Duration MORE_TO_COME = Duration.ofMinutes(1);

  private CredentialSteps() {}

  /**
   * The step that takes away what the end does without: of a way to Removed it is the removal, so
   * that the Secret is not blanked first.
   */
  static int firstDestructive(List<Step> route, LifecycleState end) {
    for (int i = 0; i < route.size(); i++) {
      var step = route.get(i);
      if (step.isDestructive()
          && (end == INACTIVE || step.process() != LifecycleProcess.DEACTIVATE)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a step that takes something away was recorded, and is not finished. */
  static boolean isTakingAway(LifecycleState state) {
    return TABLE.underWay(state).filter(Step::isDestructive).isPresent();
  }

  /** A step is recorded before it takes anything away. */
  static Plan statusOnly(PlannedCredential credential, List<Step> route, int destructive) {
    var step = route.get(destructive);
    return new Plan(
        List.of(),
        Progress.into(route.subList(0, destructive), step),
        underWay(step),
        credential.lastPublished(),
        new Plan.Next.AtOnce(),
        Summary.of(credential, new FanOut(credential.self())).counts(),
        Set.of());
  }

  /**
   * Somewhere it can't be withdrawn for now; everywhere else it is.
   *
   * @param other when it is looked at again for another reason
   */
  static Plan unfinished(
      PlannedCredential credential, FanOut fanOut, Readiness otherwise, Requeue other) {
    var state = credential.lastStatus().state();
    var summary = Summary.of(credential, fanOut);
    return new Plan(
        withFinalizer(credential, fanOut, summary.actions()),
        Progress.none(state),
        summary.unfinished(TABLE.underWay(state).map(CredentialSteps::underWay).orElse(otherwise)),
        credential.lastPublished(),
        fanOut.next(other),
        summary.counts(),
        fanOut.contended());
  }

  /** Whoever takes the finalizer off, as a replacing apply does, finds it back. */
  static List<Action> withFinalizer(
      PlannedCredential credential, FanOut fanOut, List<Action> more) {
    var actions = new ArrayList<Action>();
    // A Secret that is gone may still be attached.
    var isKept = credential.lastStatus().secretName() != null || fanOut.mayBeKept();
    if (isKept || !more.isEmpty()) {
      actions.addAll(missingFinalizer(credential));
    }
    actions.addAll(more);
    return actions;
  }

  /** The plan without what has been left and is not known yet: what is known goes first. */
  static Plan withMoreToCome(PlannedCredential credential, Plan plan) {
    var state = credential.lastStatus().state();
    var actions =
        plan.actions().stream()
            .filter(action -> !(action instanceof Action.RemoveFinalizer))
            .toList();
    var takesAway = plan.progress().completed().stream().anyMatch(Step::isDestructive);
    var again =
        actions.stream().allMatch(Action.AddFinalizer.class::isInstance)
            ? plan.next().noLaterThan(credential.now().plus(MORE_TO_COME))
            : new Plan.Next.AtOnce();
    return takesAway
        ? new Plan(
            actions,
            Progress.none(state),
            TABLE.underWay(state).map(CredentialSteps::underWay).orElse(plan.readiness()),
            credential.lastPublished(),
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

  /** What has to be done before anything is written for the credential. */
  static List<Action> missingFinalizer(PlannedCredential credential) {
    var id = credential.id();
    return id.hasFinalizer() || id.deleting() ? List.of() : List.of(new Action.AddFinalizer());
  }

  static Readiness underWay(Step step) {
    return switch (step.process()) {
      case DEACTIVATE ->
          Readiness.reconciling(Reason.DEACTIVATING, "The entry is being taken out.");
      case PURGE -> Readiness.reconciling(Reason.PURGING, "What is left is being cleared away.");
      default -> Readiness.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    };
  }

  /**
   * The progress is Registering while it waits, Activating while a person has to act, Active once
   * it was.
   */
  static Progress waiting(LifecycleState state, Readiness readiness) {
    if (readiness.reason() == Reason.SPEC_UNREADABLE) {
      return Progress.none(state);
    }
    if (readiness.convergence() == Readiness.Convergence.STALLED) {
      return activating(state);
    }
    return TABLE
        .step(state, LifecycleProcess.CREATE)
        .map(create -> Progress.through(state, List.of(create)))
        .orElse(Progress.none(state));
  }

  /** The progress on the way to Active, unless it is there. */
  static Progress activating(LifecycleState state) {
    if (state.isInUse() || state == ACTIVATING) {
      return Progress.none(state);
    }
    var route = TABLE.route(state, ACTIVE).orElseThrow();
    return Progress.into(route.subList(0, route.size() - 1), route.getLast());
  }

  /** The steps to the end; an update where it is there already and the spec has changed. */
  static Progress arrival(PlannedCredential credential, LifecycleState end) {
    var lastStatus = credential.lastStatus();
    var route = TABLE.route(lastStatus.state(), end).orElse(List.of());
    if (route.isEmpty() && lastStatus.observedGeneration() != credential.id().generation()) {
      return Progress.through(
          lastStatus.state(),
          TABLE.step(lastStatus.state(), LifecycleProcess.UPDATE).stream().toList());
    }
    return Progress.through(lastStatus.state(), route);
  }
}
