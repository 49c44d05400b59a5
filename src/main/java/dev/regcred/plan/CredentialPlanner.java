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
      return CredentialDeletion.withNamespace(observed);
    }
    if (observed.id().deleting()) {
      return CredentialDeletion.plan(observed);
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
        CredentialSteps.arrival(observed, ACTIVE),
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
        CredentialSteps.waiting(recorded.state(), verdict),
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
    return wiredName(observed) == null ? writes : writes.wire();
  }

  /** To a state without entry, by way of a recorded one if there is something to take away. */
  private static Plan withdrawal(
      ObservedCredential observed, LifecycleState end, Verdict verdict, Writes writes) {
    var state = observed.recorded().state();
    var route = TABLE.route(state, end).orElse(List.of());
    var destructive = CredentialSteps.firstRecorded(route, end);
    var placement = new Placement(observed.recorded().secretName(), server(observed));
    if (!writes.isEmpty() && destructive >= 0 && !route.get(destructive).isResumed()) {
      var step = route.get(destructive);
      return new Plan(
          List.of(),
          Progress.into(route.subList(0, destructive), step),
          CredentialSteps.underWay(step),
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
        CredentialSteps.arrival(observed, end),
        verdict,
        new Placement(end == INACTIVE ? wiredName(observed) : null, server(observed)),
        next(observed, end));
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
        CredentialSteps.waiting(state, verdict),
        verdict,
        new Placement(observed.recorded().secretName(), server(observed)),
        new Next.Settled());
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
