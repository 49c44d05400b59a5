package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Placement;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.pullsecret.Drift;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a RegistryCredential does.
 *
 * <p>A step that takes something away is first recorded, in a pass of its own, and carried out in
 * the next: whatever dies in between, the status says what is to be taken up again. A step that
 * only adds, or that has nothing to take away, is recorded once, when it is done.
 */
public final class CredentialPlanner {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  private CredentialPlanner() {}

  /** The plan for what was observed. */
  public static Plan plan(ObservedCredential observed) {
    if (observed.id().deleting()) {
      return deletion(observed);
    }
    return switch (CredentialGoal.of(observed)) {
      case CredentialGoal.Hold(var verdict) -> hold(observed, verdict);
      case CredentialGoal.Reach(var end, var verdict) when end == INACTIVE ->
          withdrawal(observed, end, verdict, blanking(observed));
      case CredentialGoal.Reach(var end, var verdict) ->
          withdrawal(observed, end, verdict, removing(observed));
      case CredentialGoal.Activate goal ->
          switch (Activation.of(observed, goal)) {
            case Activation.Blocked(var verdict) -> hold(observed, verdict);
            case Activation.Possible possible -> activation(observed, possible);
          };
    };
  }

  private static Plan activation(ObservedCredential observed, Activation.Possible possible) {
    var writes = new ArrayList<>(Drift.writes(possible.secret(), observed.target()));
    observed.leftovers().forEach(leftover -> writes.add(Drift.delete(leftover)));
    var target = possible.secret().name();
    var server = possible.server().value();
    return new Plan(
        withFinalizer(observed, writes),
        arrival(observed, ACTIVE),
        Verdict.ready(Reason.ACTIVE, "Secret %s holds the entry for %s.".formatted(target, server)),
        new Placement(target, server),
        new Next.Settled());
  }

  /** To a state without entry, by way of a recorded one if there is something to take away. */
  private static Plan withdrawal(
      ObservedCredential observed, LifecycleState end, Verdict verdict, List<SecretWrite> writes) {
    var state = observed.recorded().state();
    var route = TABLE.route(state, end).orElse(List.of());
    var destructive = firstRecorded(route, end);
    if (!writes.isEmpty() && destructive >= 0 && !route.get(destructive).isResumed()) {
      var step = route.get(destructive);
      return new Plan(
          List.of(),
          Progress.into(route.subList(0, destructive), step),
          underWay(step),
          new Placement(observed.recorded().secretName(), server(observed)),
          new Next.AtOnce());
    }
    return new Plan(
        withFinalizer(observed, writes),
        arrival(observed, end),
        verdict,
        new Placement(end == INACTIVE ? wiredName(observed) : null, server(observed)),
        next(observed, end));
  }

  /**
   * The step that takes away what the end does without: of a way to Removed it is the removal, so
   * that the Secret is not blanked first.
   */
  private static int firstRecorded(List<Step> route, LifecycleState end) {
    for (int i = 0; i < route.size(); i++) {
      var step = route.get(i);
      if (step.isDestructive()
          && (end == INACTIVE || step.process() != LifecycleProcess.DEACTIVATE)) {
        return i;
      }
    }
    return -1;
  }

  private static Verdict underWay(Step step) {
    return switch (step.process()) {
      case DEACTIVATE -> Verdict.reconciling(Reason.DEACTIVATING, "The entry is being taken out.");
      case PURGE -> Verdict.reconciling(Reason.PURGING, "What is left is being cleared away.");
      default -> Verdict.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    };
  }

  /** Stays as it is; a step that was recorded before is finished all the same. */
  private static Plan hold(ObservedCredential observed, Verdict verdict) {
    var state = observed.recorded().state();
    var underWay = TABLE.underWay(state);
    if (underWay.filter(Step::isDestructive).isPresent()) {
      var end = underWay.get().to();
      return withdrawal(
          observed, end, verdict, end == INACTIVE ? blanking(observed) : removing(observed));
    }
    return new Plan(
        List.of(),
        waiting(state, verdict),
        verdict,
        new Placement(observed.recorded().secretName(), server(observed)),
        new Next.Settled());
  }

  /** Registering while it waits, Activating while a person has to act, Active once it was. */
  private static Progress waiting(LifecycleState state, Verdict verdict) {
    if (CredentialGoal.isActive(state) || verdict.reason() == Reason.SPEC_UNREADABLE) {
      return Progress.none(state);
    }
    if (verdict.outlook() == Verdict.Outlook.STALLED && state != ACTIVATING) {
      var route = TABLE.route(state, ACTIVE).orElse(List.of());
      return route.isEmpty()
          ? Progress.none(state)
          : Progress.into(route.subList(0, route.size() - 1), route.getLast());
    }
    return TABLE
        .step(state, LifecycleProcess.CREATE)
        .map(create -> Progress.through(state, List.of(create)))
        .orElse(Progress.none(state));
  }

  /** The steps to the end; an update where it is there already and the spec has changed. */
  private static Progress arrival(ObservedCredential observed, LifecycleState end) {
    var recorded = observed.recorded();
    var route = TABLE.route(recorded.state(), end).orElse(List.of());
    if (route.isEmpty() && recorded.observedGeneration() != observed.id().generation()) {
      return Progress.through(
          recorded.state(),
          TABLE.step(recorded.state(), LifecycleProcess.UPDATE).stream().toList());
    }
    return Progress.through(recorded.state(), route);
  }

  /** Without entry; the Secret stays for those that refer to it. */
  private static List<SecretWrite> blanking(ObservedCredential observed) {
    var spec = observed.spec();
    if (spec == null || wiredName(observed) == null) {
      return List.of();
    }
    var desired = Activation.desired(observed, spec, null);
    var target = observed.target();
    var writes = new ArrayList<SecretWrite>();
    if (target == null || Activation.isOurs(observed, target, desired)) {
      writes.addAll(Drift.writes(desired, target));
    }
    observed.leftovers().forEach(leftover -> writes.add(Drift.delete(leftover)));
    return writes;
  }

  /** The target's name if the credential has, or had, a pull Secret; else null. */
  private static @Nullable String wiredName(ObservedCredential observed) {
    var target = observed.target();
    var isWired =
        observed.recorded().secretName() != null
            || !observed.leftovers().isEmpty()
            || (target != null && target.isKeptFor(observed.self()));
    return isWired && observed.spec() != null
        ? observed.spec().secretName(observed.id().name())
        : null;
  }

  private static List<SecretWrite> removing(ObservedCredential observed) {
    return Stream.concat(keptTarget(observed), observed.leftovers().stream())
        .map(Drift::delete)
        .toList();
  }

  /** The entry stays, in a Secret that is nobody's but its users'. A blank one is of no use. */
  private static List<SecretWrite> retaining(ObservedCredential observed) {
    return Stream.concat(
            keptTarget(observed)
                .flatMap(
                    target ->
                        target.isBlank()
                            ? Stream.of(Drift.delete(target))
                            : Drift.handBack(target).stream()),
            observed.leftovers().stream().map(Drift::delete))
        .toList();
  }

  private static Stream<PullSecret> keptTarget(ObservedCredential observed) {
    var target = observed.target();
    return target != null && target.isKeptFor(observed.self()) ? Stream.of(target) : Stream.of();
  }

  /** Withdraws what is there; the resource goes once its finalizer is off. */
  private static Plan deletion(ObservedCredential observed) {
    var state = observed.recorded().state();
    var placement = new Placement(observed.recorded().secretName(), server(observed));
    var verdict = Verdict.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    var spec = observed.spec();
    var writes =
        spec != null && spec.deletionPolicy() == DeletionPolicy.RETAIN
            ? retaining(observed)
            : removing(observed);
    var route = TABLE.route(state, REMOVED).orElse(List.of());
    if (!writes.isEmpty() && !route.isEmpty() && state != REMOVING) {
      return new Plan(
          List.of(),
          Progress.into(route.subList(0, route.size() - 1), route.getLast()),
          verdict,
          placement,
          new Next.AtOnce());
    }
    var actions = new ArrayList<Action>(writes.stream().map(Action.WriteSecret::new).toList());
    if (observed.id().hasFinalizer()) {
      actions.add(new Action.RemoveFinalizer());
    }
    return new Plan(actions, Progress.none(state), verdict, placement, new Next.Gone());
  }

  private static List<Action> withFinalizer(ObservedCredential observed, List<SecretWrite> writes) {
    var actions = new ArrayList<Action>();
    if (!writes.isEmpty() && !observed.id().hasFinalizer()) {
      actions.add(new Action.AddFinalizer());
    }
    writes.forEach(write -> actions.add(new Action.WriteSecret(write)));
    return actions;
  }

  private static @Nullable String server(ObservedCredential observed) {
    return observed.recorded().serverAddress();
  }

  private static Next next(ObservedCredential observed, LifecycleState end) {
    if (end != REMOVED || observed.spec() == null) {
      return new Next.Settled();
    }
    var recorded = observed.recorded();
    var removed =
        recorded.state() == REMOVED && recorded.removedTime() != null
            ? recorded.removedTime()
            : observed.now();
    return observed
        .spec()
        .purgeAfter()
        .after(removed)
        .<Next>map(Next.At::new)
        .orElseGet(Next.Settled::new);
  }
}
