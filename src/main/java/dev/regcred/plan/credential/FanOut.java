package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import dev.regcred.plan.CountedAs;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Requeue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The plans of all namespaces of a credential, put together; a namespaced credential is a fan-out
 * of one. A namespace that fails keeps none of the others from being written.
 */
final class FanOut {
  /**
   * The most namespaces that are written in one pass. After it the status says how far it is, and a
   * namespace that has appeared meanwhile is not kept waiting longer than that.
   */
  static final int ROUND = 1_000;

  private final List<Action.NamespaceBatch> batches = new ArrayList<>();
  private final List<FanOutCounts.FailedNamespace> failed = new ArrayList<>();
  private final List<NamespaceOutcome> outcomes = new ArrayList<>();
  private final Set<String> contended = new HashSet<>();
  private int desired;
  private int synced;
  private int overridden;
  private int unattached;
  private Requeue requeue = Requeue.never();
  private boolean isCut;
  private boolean isObstructed;

  /**
   * The fan-out of a credential that goes to Active, or stays: away from the namespaces that are
   * not selected, and in each of the others its own plan.
   *
   * <p>Which ones a spec selects that can't be read is not known: then it leaves none.
   */
  static FanOut over(
      CredentialSnapshot observed,
      NamespacePlanner planner,
      Function<NamespaceSnapshot, NamespacePlan> desired) {
    var fanOut = new FanOut();
    for (NamespaceSnapshot namespace : observed.namespaces()) {
      if (!namespace.wanted() && observed.spec() != null) {
        var writes =
            NamespaceWrites.of(observed.self(), namespace, observed.now())
                .atRest(true)
                .withdrawAll();
        fanOut.add(planner.takeAway(namespace, writes, false));
      } else if (!namespace.terminating()) {
        fanOut.add(desired.apply(namespace));
      }
    }
    return fanOut;
  }

  /**
   * The fan-out of a credential that is withdrawn from all of its namespaces.
   *
   * @param isAtRest whether it was withdrawn before, so that its Secrets are only kept right
   */
  static FanOut withoutEntry(
      CredentialSnapshot observed,
      Function<NamespaceSnapshot, NamespaceWrites> writes,
      boolean isAtRest) {
    var planner = new NamespacePlanner(observed);
    var fanOut = new FanOut();
    for (NamespaceSnapshot namespace : observed.namespaces()) {
      fanOut.add(planner.takeAway(namespace, writes.apply(namespace), isAtRest));
    }
    return fanOut;
  }

  /** Adds the plan of a namespace, as far as it is this round's turn. */
  private void add(NamespacePlan plan) {
    var outcome = plan.outcome();
    outcomes.add(outcome);
    desired += plan.isDesired() ? 1 : 0;
    requeue = Requeue.earliest(requeue, plan.requeue());
    if (plan.isContended()) {
      contended.add(plan.namespace());
    }
    outcome
        .failure()
        .ifPresent(
            readiness -> failed.add(new FanOutCounts.FailedNamespace(plan.namespace(), readiness)));
    if (!plan.actions().isEmpty() && !outcome.isCarriedOut()) {
      isObstructed = true;
    } else if (!plan.actions().isEmpty() && batches.size() == ROUND) {
      isCut = true;
      return;
    } else if (!plan.actions().isEmpty()) {
      batches.add(new Action.NamespaceBatch(plan.namespace(), outcome.countedAs(), plan.actions()));
    }
    synced += outcome.countedAs() == CountedAs.SYNCED ? 1 : 0;
    overridden += outcome.countedAs() == CountedAs.OVERRIDDEN ? 1 : 0;
    unattached += outcome.countedAs() == CountedAs.UNATTACHED ? 1 : 0;
  }

  /** Whether there is nothing to write, be it that it could not be written now. */
  boolean isEmpty() {
    return batches.isEmpty() && !isObstructed;
  }

  /** Whether after this round something remains to be done. */
  boolean isUnfinished() {
    return isCut || !failed.isEmpty();
  }

  /** Whether there are more namespaces to write than fit into a round. */
  boolean isCut() {
    return isCut;
  }

  /**
   * Whether of the namespaces that shall hold the entry not one has a Secret that may be written.
   */
  boolean isBlocked() {
    return desired > 0
        && outcomes.stream()
            .filter(outcome -> !(outcome instanceof NamespaceOutcome.WithoutEntry))
            .allMatch(NamespaceOutcome.Blocked.class::isInstance);
  }

  /** How it stands in each of its namespaces. */
  List<NamespaceOutcome> outcomes() {
    return outcomes;
  }

  /** The writes in each of its namespaces that has any. */
  List<Action.NamespaceBatch> batches() {
    return List.copyOf(batches);
  }

  /** The namespaces whose target is left as another writer has made it, for now. */
  Set<String> contended() {
    return Set.copyOf(contended);
  }

  /** The counts of its namespaces. */
  FanOutCounts counts() {
    return new FanOutCounts(desired, synced, overridden, unattached, failed);
  }

  /**
   * What comes after the round.
   *
   * @param other when the credential is looked at again for another reason
   */
  Next next(Requeue other) {
    return isCut ? new Next.AtOnce() : new Next.Settled(Requeue.earliest(requeue, other));
  }
}
