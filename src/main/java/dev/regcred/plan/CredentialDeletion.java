package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Placement;
import dev.regcred.plan.Plan.Progress;
import java.util.ArrayList;
import java.util.List;

/** The end of a credential: it goes when nothing of it is left. */
final class CredentialDeletion {
  private static final TransitionTable TABLE = TransitionTable.CREDENTIAL;

  private CredentialDeletion() {}

  /** Withdraws what is there; the resource goes once its finalizer is off. */
  static Plan plan(ObservedCredential observed) {
    var state = observed.recorded().state();
    var placement =
        new Placement(observed.recorded().secretName(), observed.recorded().serverAddress());
    var verdict = Verdict.reconciling(Reason.REMOVING, "The credential is being withdrawn.");
    var writes = withdrawn(observed);
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

  private static Writes withdrawn(ObservedCredential observed) {
    var spec = observed.spec();
    return spec != null && spec.deletionPolicy() == DeletionPolicy.RETAIN
        ? Writes.none(observed).retain()
        : Writes.none(observed).leaveAll();
  }

  /** The namespace goes with all that is in it: nothing but deletions is of any use. */
  static Plan withNamespace(ObservedCredential observed) {
    var state = observed.recorded().state();
    return new Plan(
        observed.id().deleting()
            ? withoutFinalizer(observed, withdrawn(observed).deletions())
            : List.of(),
        Progress.none(state),
        Verdict.reconciling(Reason.REMOVING, "The namespace is being deleted."),
        new Placement(observed.recorded().secretName(), observed.recorded().serverAddress()),
        new Next.GoneWithNamespace());
  }

  private static List<Action> withoutFinalizer(ObservedCredential observed, List<Action> actions) {
    var all = new ArrayList<>(actions);
    if (observed.id().hasFinalizer()) {
      all.add(new Action.RemoveFinalizer());
    }
    return all;
  }
}
