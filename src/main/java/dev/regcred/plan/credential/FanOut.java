package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import dev.regcred.plan.CountedAs;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Requeue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  private final CredentialView self;
  private final List<Action.NamespaceBatch> batches = new ArrayList<>();
  private final List<FanOutCounts.FailedNamespace> failed = new ArrayList<>();
  private final List<NamespaceOutcome> outcomes = new ArrayList<>();
  private final Set<String> contended = new HashSet<>();
  private int desired;
  private int synced;
  private int overridden;
  private int unattached;
  private Requeue requeue = Requeue.never();
  private boolean hasMore;
  private boolean mayBeKept;
  private boolean isCut;
  private boolean isObstructed;

  /** A fan-out of no namespace yet. */
  FanOut(CredentialView self) {
    this.self = self;
  }

  /**
   * Adds a namespace.
   *
   * @param plan what is done there, if anything
   * @return the writes there, if there are any and they are this round's
   */
  Optional<Action.NamespaceBatch> add(NamespaceSnapshot namespace, Optional<NamespacePlan> plan) {
    hasMore |= namespace.hasMore();
    mayBeKept |= namespace.backoff() != null || namespace.isWired(self);
    return plan.flatMap(this::add);
  }

  private Optional<Action.NamespaceBatch> add(NamespacePlan plan) {
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
    var batch =
        Optional.of(plan.writes())
            .filter(writes -> !writes.isEmpty())
            .map(
                writes -> new Action.NamespaceBatch(plan.namespace(), outcome.countedAs(), writes));
    if (batch.isPresent() && batches.size() == ROUND) {
      isCut = true;
      return Optional.empty();
    }
    isObstructed |= !plan.actions().isEmpty() && batch.isEmpty();
    batch.ifPresent(batches::add);
    synced += outcome.countedAs() == CountedAs.SYNCED ? 1 : 0;
    overridden += outcome.countedAs() == CountedAs.OVERRIDDEN ? 1 : 0;
    unattached += outcome.countedAs() == CountedAs.UNATTACHED ? 1 : 0;
    return batch;
  }

  /** Whether there is nothing to write, be it that it could not be written now. */
  boolean isEmpty() {
    return batches.isEmpty() && !isObstructed;
  }

  /** Whether after this round something remains to be done. */
  boolean isUnfinished() {
    return isCut || !failed.isEmpty();
  }

  /** Whether a namespace may have more of the credential than was looked at. */
  boolean hasMore() {
    return hasMore;
  }

  /**
   * Whether something may be kept for the credential in a namespace; one in back-off was not looked
   * at.
   */
  boolean mayBeKept() {
    return mayBeKept;
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

  /** The writes in each of its namespaces that has any, by name. */
  List<Action.NamespaceBatch> batches() {
    return batches.stream().sorted(Comparator.comparing(Action.NamespaceBatch::namespace)).toList();
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
