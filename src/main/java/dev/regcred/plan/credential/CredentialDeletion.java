package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a credential: what is there is withdrawn, and the resource goes once its finalizer is
 * off.
 */
record CredentialDeletion(PlannedCredential credential, NamespacePlanner planner)
    implements FanOutStrategy {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  CredentialDeletion(PlannedCredential credential) {
    this(credential, new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return Optional.of(planner.takeAway(namespace, writes(namespace), false));
  }

  private NamespaceWrites writes(NamespaceSnapshot namespace) {
    var spec = credential.spec();
    var writes = NamespaceWrites.of(credential.self(), namespace, credential.now());
    return spec != null && spec.deletionPolicy() == DeletionPolicy.RETAIN && namespace.wanted()
        ? writes.retain()
        : writes.withdrawAll();
  }

  @Override
  public Optional<Plan> recordedFirst() {
    var state = credential.lastStatus().state();
    var route = TABLE.route(state, REMOVED).orElse(List.of());
    return !route.isEmpty() && state != REMOVING
        ? Optional.of(CredentialSteps.statusOnly(credential, route, route.size() - 1))
        : Optional.empty();
  }

  @Override
  public boolean dependsOnAll() {
    return false;
  }

  @Override
  public Plan conclude(FanOut fanOut) {
    var readiness = Readiness.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    if (fanOut.isUnfinished()) {
      return CredentialSteps.unfinished(credential, fanOut, readiness, Requeue.never());
    }
    var summary = Summary.of(credential, fanOut);
    return new Plan(
        withoutFinalizer(summary.actions()),
        Progress.none(credential.lastStatus().state()),
        readiness,
        credential.lastPublished(),
        new Next.Gone(),
        summary.counts(),
        fanOut.contended());
  }

  /** The namespace goes with all that is in it: nothing but deletions is of any use. */
  Plan concludeWithNamespace(FanOut fanOut) {
    return new Plan(
        credential.id().deleting()
            ? withoutFinalizer(Summary.of(credential, fanOut).actions())
            : List.of(),
        Progress.none(credential.lastStatus().state()),
        Readiness.reconciling(Reason.REMOVING, "The namespace is being deleted."),
        credential.lastPublished(),
        new Next.GoneWithNamespace());
  }

  private List<Action> withoutFinalizer(List<Action> actions) {
    var all = new ArrayList<>(actions);
    if (credential.id().hasFinalizer()) {
      all.add(new Action.RemoveFinalizer());
    }
    return all;
  }
}
