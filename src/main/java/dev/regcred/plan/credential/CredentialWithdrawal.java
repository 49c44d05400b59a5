package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import java.util.List;
import java.util.Optional;

/**
 * The way of a credential to a state without entry, by way of a recorded one if there is something
 * to take away; and its stay there.
 *
 * @param end the state
 * @param readiness what is said there
 * @param isWired whether the credential has, or had, a pull Secret
 */
record CredentialWithdrawal(
    PlannedCredential credential,
    LifecycleState end,
    Readiness readiness,
    boolean isWired,
    NamespacePlanner planner)
    implements FanOutStrategy {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  CredentialWithdrawal(
      PlannedCredential credential, LifecycleState end, Readiness readiness, boolean isWired) {
    this(credential, end, readiness, isWired, new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return Optional.of(planner.takeAway(namespace, writes(namespace), isAtRest()));
  }

  private boolean isAtRest() {
    return credential.lastStatus().state() == end;
  }

  private NamespaceWrites writes(NamespaceSnapshot namespace) {
    var writes =
        NamespaceWrites.of(credential.self(), namespace, credential.now()).atRest(isAtRest());
    if (end != INACTIVE || !namespace.wanted()) {
      return writes.withdrawAll();
    }
    return isWired ? writes.keepWithoutEntry() : writes;
  }

  @Override
  public Optional<Plan> recordedFirst() {
    var route = TABLE.route(credential.lastStatus().state(), end).orElse(List.of());
    var destructive = CredentialSteps.firstDestructive(route, end);
    return destructive >= 0 && !route.get(destructive).isResumed()
        ? Optional.of(CredentialSteps.statusOnly(credential, route, destructive))
        : Optional.empty();
  }

  /** A Secret without the entry stays, or comes, where there was one in any. */
  @Override
  public boolean dependsOnAll() {
    return end == INACTIVE && credential.lastStatus().secretName() == null;
  }

  @Override
  public Plan conclude(FanOut fanOut) {
    if (fanOut.isUnfinished()) {
      return CredentialSteps.unfinished(credential, fanOut, readiness, purge());
    }
    var summary = Summary.of(credential, fanOut);
    return new Plan(
        CredentialSteps.withFinalizer(credential, fanOut, summary.actions()),
        CredentialSteps.arrival(credential, end),
        readiness,
        new PublishedTarget(
            end == INACTIVE && isWired ? credential.self().secretName() : null,
            credential.lastStatus().serverAddress(),
            end == INACTIVE ? PodAttachment.since(credential.self(), credential.now()) : null),
        fanOut.next(purge()),
        summary.counts(),
        fanOut.contended());
  }

  /** The time at which one that is Removed is purged. */
  private Requeue purge() {
    if (end != REMOVED || credential.spec() == null) {
      return Requeue.never();
    }
    var lastStatus = credential.lastStatus();
    var removed =
        lastStatus.state() == REMOVED && lastStatus.removedTime() != null
            ? lastStatus.removedTime()
            : credential.now();
    return Requeue.at(credential.spec().purgeAfter().after(removed));
  }
}
