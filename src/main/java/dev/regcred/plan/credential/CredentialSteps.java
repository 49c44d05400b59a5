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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The steps along the life cycle that a pass over a credential takes, and what is said of them. */
final class CredentialSteps {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

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

  /** A step is recorded before it takes anything away. */
  static Plan statusOnly(CredentialSnapshot observed, List<Step> route, int destructive) {
    var step = route.get(destructive);
    return new Plan(
        List.of(),
        Progress.into(route.subList(0, destructive), step),
        underWay(step),
        observed.lastPublished(),
        new Plan.Next.AtOnce(),
        Summary.of(observed, new FanOut()).counts(),
        Set.of());
  }

  /**
   * Somewhere it can't be withdrawn for now; everywhere else it is.
   *
   * @param other when it is looked at again for another reason
   */
  static Plan unfinished(
      CredentialSnapshot observed, FanOut fanOut, Readiness otherwise, Requeue other) {
    var state = observed.lastStatus().state();
    var summary = Summary.of(observed, fanOut);
    return new Plan(
        withFinalizer(observed, summary.actions()),
        Progress.none(state),
        summary.unfinished(TABLE.underWay(state).map(CredentialSteps::underWay).orElse(otherwise)),
        observed.lastPublished(),
        fanOut.next(other),
        summary.counts(),
        fanOut.contended());
  }

  /** Whoever takes the finalizer off, as a replacing apply does, finds it back. */
  static List<Action> withFinalizer(CredentialSnapshot observed, List<Action> more) {
    var actions = new ArrayList<Action>();
    var id = observed.id();
    // A Secret that is gone may still be attached; a namespace in back-off was not looked at.
    var isKept =
        observed.lastStatus().secretName() != null
            || observed.namespaces().stream()
                .anyMatch(
                    namespace -> namespace.backoff() != null || namespace.isWired(observed.self()));
    if ((isKept || !more.isEmpty()) && !id.hasFinalizer() && !id.deleting()) {
      actions.add(new Action.AddFinalizer());
    }
    actions.addAll(more);
    return actions;
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
  static Progress arrival(CredentialSnapshot observed, LifecycleState end) {
    var lastStatus = observed.lastStatus();
    var route = TABLE.route(lastStatus.state(), end).orElse(List.of());
    if (route.isEmpty() && lastStatus.observedGeneration() != observed.id().generation()) {
      return Progress.through(
          lastStatus.state(),
          TABLE.step(lastStatus.state(), LifecycleProcess.UPDATE).stream().toList());
    }
    return Progress.through(lastStatus.state(), route);
  }
}
