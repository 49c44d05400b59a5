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

/** The end of a credential: it goes when nothing of it is left. */
final class CredentialDeletion {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  private CredentialDeletion() {}

  /** Withdraws what is there; the resource goes once its finalizer is off. */
  static Plan plan(CredentialSnapshot observed) {
    var state = observed.lastStatus().state();
    var readiness = Readiness.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    var fanOut =
        FanOut.withoutEntry(observed, namespace -> writesWithdrawing(observed, namespace), false);
    var route = TABLE.route(state, REMOVED).orElse(List.of());
    if (!fanOut.isEmpty() && !route.isEmpty() && state != REMOVING) {
      return CredentialSteps.statusOnly(observed, route, route.size() - 1);
    }
    if (fanOut.isUnfinished()) {
      return CredentialSteps.unfinished(observed, fanOut, readiness, Requeue.never());
    }
    var summary = Summary.of(observed, fanOut);
    return new Plan(
        withoutFinalizer(observed, summary.actions()),
        Progress.none(state),
        readiness,
        observed.lastPublished(),
        new Next.Gone(),
        summary.counts(),
        fanOut.contended());
  }

  private static NamespaceWrites writesWithdrawing(
      CredentialSnapshot observed, NamespaceSnapshot namespace) {
    var spec = observed.spec();
    var writes = NamespaceWrites.of(observed.self(), namespace, observed.now());
    return spec != null && spec.deletionPolicy() == DeletionPolicy.RETAIN && namespace.wanted()
        ? writes.retain()
        : writes.withdrawAll();
  }

  /** The namespace goes with all that is in it: nothing but deletions is of any use. */
  static Plan withNamespace(CredentialSnapshot observed) {
    var state = observed.lastStatus().state();
    var fanOut =
        FanOut.withoutEntry(observed, namespace -> writesWithdrawing(observed, namespace), false);
    return new Plan(
        observed.id().deleting()
            ? withoutFinalizer(observed, Summary.of(observed, fanOut).actions())
            : List.of(),
        Progress.none(state),
        Readiness.reconciling(Reason.REMOVING, "The namespace is being deleted."),
        observed.lastPublished(),
        new Next.GoneWithNamespace());
  }

  private static List<Action> withoutFinalizer(CredentialSnapshot observed, List<Action> actions) {
    var all = new ArrayList<>(actions);
    if (observed.id().hasFinalizer()) {
      all.add(new Action.RemoveFinalizer());
    }
    return all;
  }
}
