package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
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
import dev.regcred.pullsecret.AttachableAccount;
import dev.regcred.pullsecret.Claim;
import dev.regcred.pullsecret.Composition;
import dev.regcred.pullsecret.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
    if (observed.terminating()) {
      return terminating(observed);
    }
    if (observed.id().deleting()) {
      return deletion(observed);
    }
    return switch (CredentialGoal.of(observed.self(), observed.now())) {
      case CredentialGoal.Hold(var verdict) -> hold(observed, verdict);
      case CredentialGoal.Reach(var end, var verdict) ->
          withdrawal(observed, end, verdict, withdrawn(observed, end));
      case CredentialGoal.Activate goal ->
          switch (Activation.of(observed, goal)) {
            case Activation.Blocked(var verdict) -> hold(observed, verdict);
            case Activation.Possible(var entry) -> activation(observed, entry);
          };
    };
  }

  private static Plan activation(ObservedCredential observed, Claim.Entry entry) {
    var writes = Writes.none(observed);
    var composition = writes.claim(entry);
    return switch (composition.standing(observed.self().contributor())) {
      case Standing.Holds(var server) -> active(observed, writes.leaveLeftovers(), server);
      case Standing.Claimed(var server, var winner) ->
          without(
              observed,
              writes,
              Verdict.stalled(
                  Reason.SERVER_CLAIMED,
                  "%s %s has the entry for %s in Secret %s; it is taken over when that one leaves."
                          .formatted(winner.kind(), winner.name(), server, observed.target().name())
                      + " Or set another target.secretName."));
      case Standing.TooLarge() ->
          without(
              observed,
              writes,
              Verdict.stalled(
                  Reason.SECRET_TOO_LARGE,
                  "With this entry Secret %s would be larger than %,d bytes; set another target.secretName."
                      .formatted(observed.target().name(), Composition.MAX_BYTES)));
      case Standing.Without() -> throw new IllegalStateException("A claim has a standing");
    };
  }

  private static Plan active(ObservedCredential observed, Writes writes, String server) {
    var target = observed.target().name();
    var recorded = observed.recorded();
    var contest = writes.contest();
    if (CredentialGoal.isActive(recorded.state()) && contest.isPresent()) {
      return contested(observed, contest.get());
    }
    return new Plan(
        withFinalizer(observed, writes),
        arrival(observed, ACTIVE),
        missingAccounts(observed)
            .or(() -> contestedAccount(writes))
            .orElseGet(
                () ->
                    Verdict.ready(
                        Reason.ACTIVE,
                        "Secret %s holds the entry for %s.".formatted(target, server))),
        new Placement(target, server),
        writes.contestedAccounts().values().stream()
            .map(Contest::until)
            .min(Comparator.naturalOrder())
            .<Next>map(Next.At::new)
            .orElseGet(Next.Settled::new));
  }

  private static Optional<Verdict> contestedAccount(Writes writes) {
    return writes.contestedAccounts().entrySet().stream()
        .findFirst()
        .map(entry -> Writes.contested("ServiceAccount " + entry.getKey(), entry.getValue()));
  }

  /** It waits in line for the entry; one that it has in another Secret stays there. */
  private static Plan without(ObservedCredential observed, Writes writes, Verdict verdict) {
    var recorded = observed.recorded();
    var isElsewhere = !observed.target().name().equals(recorded.secretName());
    return new Plan(
        withFinalizer(observed, writes),
        waiting(recorded.state(), verdict),
        verdict,
        isElsewhere
            ? new Placement(recorded.secretName(), recorded.serverAddress())
            : new Placement(null, null),
        new Next.Settled());
  }

  private static Plan contested(ObservedCredential observed, Contest contest) {
    return new Plan(
        List.of(),
        Progress.none(observed.recorded().state()),
        Writes.contested("Secret " + observed.target().name(), contest),
        new Placement(observed.recorded().secretName(), server(observed)),
        new Next.At(contest.until()));
  }

  private static Optional<Verdict> missingAccounts(ObservedCredential observed) {
    var spec = observed.spec();
    var present = observed.target().accounts().stream().map(AttachableAccount::name).toList();
    var missing =
        spec == null
            ? List.<String>of()
            : spec.serviceAccounts().stream().filter(name -> !present.contains(name)).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Verdict.reconciling(
                Reason.SERVICE_ACCOUNT_MISSING,
                "Secret %s is right, but there is no ServiceAccount %s in this namespace yet; create it, or correct spec.serviceAccounts."
                    .formatted(observed.target().name(), String.join(", ", missing))));
  }

  /** What is to be written for an end without entry. */
  private static Writes withdrawn(ObservedCredential observed, LifecycleState end) {
    var writes = Writes.none(observed);
    if (end != INACTIVE) {
      return writes.leaveAll();
    }
    if (wiredName(observed) == null) {
      return writes;
    }
    var target = observed.target();
    if (target.current() == null || isOurs(observed)) {
      writes.claim(new Claim.Nothing());
    }
    return writes.leaveLeftovers();
  }

  /** To a state without entry, by way of a recorded one if there is something to take away. */
  private static Plan withdrawal(
      ObservedCredential observed, LifecycleState end, Verdict verdict, Writes writes) {
    var state = observed.recorded().state();
    var route = TABLE.route(state, end).orElse(List.of());
    var destructive = firstRecorded(route, end);
    var placement = new Placement(observed.recorded().secretName(), server(observed));
    if (!writes.isEmpty() && destructive >= 0 && !route.get(destructive).isResumed()) {
      var step = route.get(destructive);
      return new Plan(
          List.of(),
          Progress.into(route.subList(0, destructive), step),
          underWay(step),
          placement,
          new Next.AtOnce());
    }
    if (writes.obstacle().isPresent()) {
      return new Plan(
          List.of(), Progress.none(state), writes.obstacle().get(), placement, new Next.Settled());
    }
    if (state == end && writes.contest().isPresent()) {
      return contested(observed, writes.contest().get());
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
      var end = underWay.get().to();
      return withdrawal(observed, end, verdict, withdrawn(observed, end));
    }
    var upkeep = upkeep(observed);
    var contest = upkeep.contest();
    if (contest.isPresent()) {
      return contested(observed, contest.get());
    }
    return new Plan(
        withFinalizer(observed, upkeep),
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

  /** The last good entry stays, in a Secret that is kept right in everything else. */
  private static Writes upkeep(ObservedCredential observed) {
    var isPossible =
        observed.spec() != null
            && observed.target().isKeptFor(observed.self().contributor())
            && Ownership.problem(observed).isEmpty();
    var writes = Writes.none(observed);
    return isPossible
            && writes.claim(new Claim.Unchanged()).standing(observed.self().contributor())
                instanceof Standing.Holds
        ? writes
        : Writes.none(observed);
  }

  /** The target's name if the credential has, or had, a pull Secret; else null. */
  private static @Nullable String wiredName(ObservedCredential observed) {
    var isWired =
        observed.recorded().secretName() != null
            || !observed.leftovers().isEmpty()
            || observed.target().isKeptFor(observed.self().contributor());
    return isWired && observed.spec() != null ? observed.target().name() : null;
  }

  private static boolean isOurs(ObservedCredential observed) {
    return Ownership.isOurs(observed.target(), observed.self(), observed.now());
  }

  /** Withdraws what is there; the resource goes once its finalizer is off. */
  private static Plan deletion(ObservedCredential observed) {
    var state = observed.recorded().state();
    var placement = new Placement(observed.recorded().secretName(), server(observed));
    var verdict = Verdict.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    var writes = withdrawnForDeletion(observed);
    var route = TABLE.route(state, REMOVED).orElse(List.of());
    if (!writes.isEmpty() && !route.isEmpty() && state != REMOVING) {
      return new Plan(
          List.of(),
          Progress.into(route.subList(0, route.size() - 1), route.getLast()),
          verdict,
          placement,
          new Next.AtOnce());
    }
    if (writes.obstacle().isPresent()) {
      return new Plan(
          List.of(), Progress.none(state), writes.obstacle().get(), placement, new Next.Settled());
    }
    return new Plan(
        withoutFinalizer(observed, writes.actions()),
        Progress.none(state),
        verdict,
        placement,
        new Next.Gone());
  }

  private static Writes withdrawnForDeletion(ObservedCredential observed) {
    var spec = observed.spec();
    return spec != null && spec.deletionPolicy() == DeletionPolicy.RETAIN
        ? Writes.none(observed).retain()
        : Writes.none(observed).leaveAll();
  }

  /** The namespace goes with all that is in it: nothing but deletions is of any use. */
  private static Plan terminating(ObservedCredential observed) {
    var state = observed.recorded().state();
    return new Plan(
        observed.id().deleting()
            ? withoutFinalizer(observed, withdrawnForDeletion(observed).deletions())
            : List.of(),
        Progress.none(state),
        Verdict.reconciling(Reason.REMOVING, "The namespace is being deleted."),
        new Placement(observed.recorded().secretName(), server(observed)),
        new Next.GoneWithNamespace());
  }

  private static List<Action> withoutFinalizer(ObservedCredential observed, List<Action> actions) {
    var all = new ArrayList<>(actions);
    if (observed.id().hasFinalizer()) {
      all.add(new Action.RemoveFinalizer());
    }
    return all;
  }

  /** Whoever takes the finalizer off, as a replacing apply does, finds it back. */
  private static List<Action> withFinalizer(ObservedCredential observed, Writes writes) {
    var actions = new ArrayList<Action>();
    var isKept =
        observed.target().isKeptFor(observed.self().contributor())
            || !observed.leftovers().isEmpty();
    var more = writes.actions();
    if ((isKept || !more.isEmpty()) && !observed.id().hasFinalizer()) {
      actions.add(new Action.AddFinalizer());
    }
    actions.addAll(more);
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
