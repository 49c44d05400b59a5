package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;

import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Readiness;
import java.util.List;
import java.util.Optional;

/**
 * The planner decides what one pass over a credential does.
 *
 * <p>A step that takes something away is first recorded, in a pass of its own, and carried out in
 * the next: whatever dies in between, the status says what is to be taken up again. A step that
 * only adds, or that has nothing to take away, is recorded once, when it is done.
 */
public final class CredentialPlanner {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  private CredentialPlanner() {}

  /** The plan for what was observed. */
  public static Plan plan(CredentialSnapshot observed) {
    var credential = observed.credential();
    if (observed.goesWithItsNamespace()) {
      var deletion = new CredentialDeletion(credential);
      return deletion.concludeWithNamespace(fanOut(observed, deletion));
    }
    if (!credential.id().deleting()
        && isServedElsewhere(credential)
        && CredentialChecks.goal(credential.self(), credential.now())
            instanceof CredentialGoal.Hold(var readiness)) {
      return leftAlone(credential, readiness);
    }
    var strategy = strategy(credential, isWired(observed));
    if (strategy instanceof CredentialActivation activation && activation.dependsOnAll()) {
      var fanOut = fanOut(observed, activation);
      if (fanOut.isBlocked()) {
        var readiness = Summary.of(credential, fanOut).activated(activation.entry());
        strategy = upkeep(credential, readiness, isWired(observed));
      }
    }
    var planner = new FanOutPlanner(credential, strategy);
    observed.namespaces().forEach(planner::plan);
    return planner.conclude();
  }

  /**
   * The planner that plans one namespace after the other; empty where what is written in one
   * depends on all of them.
   */
  public static Optional<FanOutPlanner> byNamespace(PlannedCredential credential) {
    var strategy = strategy(credential, credential.lastStatus().secretName() != null);
    return strategy.dependsOnAll() || !credential.isClusterWide() || isServedElsewhere(credential)
        ? Optional.empty()
        : Optional.of(new FanOutPlanner(credential, strategy));
  }

  private static FanOutStrategy strategy(PlannedCredential credential, boolean isWired) {
    if (credential.id().deleting()) {
      return new CredentialDeletion(credential);
    }
    return switch (CredentialChecks.goal(credential.self(), credential.now())) {
      case CredentialGoal.Hold(var readiness) -> upkeep(credential, readiness, isWired);
      case CredentialGoal.Reach(var end, var readiness) ->
          new CredentialWithdrawal(credential, end, readiness, isWired);
      case CredentialGoal.Activate() -> new CredentialActivation(credential);
    };
  }

  /**
   * An operator that is limited to some namespaces can say of a credential that names a
   * ClusterRegistry only that it knows none, once: where another operator serves it, the two would
   * write its status in turns.
   */
  private static boolean isServedElsewhere(PlannedCredential credential) {
    return credential.self().registry() instanceof RegistryView.Unserved
        && credential.lastStatus().observedGeneration() == credential.id().generation()
        && !CredentialSteps.isTakingAway(credential.lastStatus().state());
  }

  private static Plan leftAlone(PlannedCredential credential, Readiness readiness) {
    return new Plan(
        List.of(),
        Progress.none(credential.lastStatus().state()),
        readiness,
        credential.lastPublished(),
        new Next.LeftAlone());
  }

  private static FanOut fanOut(CredentialSnapshot observed, FanOutStrategy strategy) {
    var fanOut = new FanOut(observed.self());
    observed.namespaces().forEach(namespace -> fanOut.add(namespace, strategy.plan(namespace)));
    return fanOut;
  }

  /**
   * The credential stays as it is, and so does its entry; a step that was recorded before is
   * finished all the same. Only a blanking can't be without the spec, which says what the Secret
   * carries besides the entry.
   */
  private static FanOutStrategy upkeep(
      PlannedCredential credential, Readiness readiness, boolean isWired) {
    var state = credential.lastStatus().state();
    var isPossible = credential.spec() != null || state != DEACTIVATING;
    return isPossible && CredentialSteps.isTakingAway(state)
        ? new CredentialWithdrawal(
            credential, TABLE.underWay(state).orElseThrow().to(), readiness, isWired)
        : new CredentialUpkeep(credential, readiness);
  }

  /** Whether the credential has, or had, a pull Secret. */
  private static boolean isWired(CredentialSnapshot observed) {
    return observed.self().lastStatus().secretName() != null
        || observed.namespaces().stream().anyMatch(namespace -> namespace.isWired(observed.self()));
  }
}
