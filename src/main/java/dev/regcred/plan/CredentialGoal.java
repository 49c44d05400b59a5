package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.api.v1alpha1.RegistryRef;
import dev.regcred.lifecycle.AvailableActions;
import java.time.Instant;

/** Where a credential goes, from what it declares and what its Registry is. */
sealed interface CredentialGoal {
  /** It goes there, and then this is said. */
  record Reach(LifecycleState end, Verdict verdict) implements CredentialGoal {}

  /** It goes to Active, if its sources and its target allow. */
  record Activate(RegistryView.Present registry, CredentialSpec spec) implements CredentialGoal {}

  /** It stays as it is until something changes; the last good pull Secret stays too. */
  record Hold(Verdict verdict) implements CredentialGoal {}

  /** The checks, in the order in which they count. */
  static CredentialGoal of(Claimant claimant, Instant now) {
    var spec = claimant.spec();
    if (spec == null) {
      return new Hold(unreadable(claimant));
    }
    var declared = spec.desiredState();
    if (isRemoved(claimant.recorded().state()) || isEnd(declared)) {
      return removal(claimant.recorded(), spec, now);
    }
    return switch (claimant.registry()) {
      case RegistryView.Absent _, RegistryView.Unserved _ ->
          declared == DesiredState.INACTIVE ? inactive() : new Hold(notFound(spec));
      case RegistryView.Present registry -> byRegistry(registry, spec);
    };
  }

  private static CredentialGoal byRegistry(RegistryView.Present registry, CredentialSpec spec) {
    var ref = spec.registryRef();
    if (registry.state() == LifecycleState.PURGING || registry.state() == PURGED) {
      return new Reach(REMOVED, registryPurged(ref));
    }
    if (spec.desiredState() == DesiredState.INACTIVE) {
      return inactive();
    }
    if (registry.deleting()) {
      return new Reach(INACTIVE, notFound(spec));
    }
    return switch (registry.state()) {
      case ACTIVE, UPDATING_ACTIVE ->
          registry.allowed() ? new Activate(registry, spec) : new Hold(notAllowed(spec));
      case REQUESTED, REGISTERING, ACTIVATING ->
          new Hold(
              Verdict.reconciling(
                  Reason.REGISTRY_NOT_READY,
                  "%s %s is %s and not Active yet; see its conditions."
                      .formatted(ref.kind().value(), ref.name(), registry.state().value())));
      default ->
          new Reach(
              INACTIVE,
              Verdict.resting(
                  Reason.REGISTRY_INACTIVE,
                  "%s %s is %s; the credential comes back when it is Active."
                      .formatted(ref.kind().value(), ref.name(), registry.state().value())));
    };
  }

  private static CredentialGoal removal(
      Claimant.Recorded recorded, CredentialSpec spec, Instant now) {
    var declared = spec.desiredState();
    var end = isEnd(declared) ? AvailableActions.goal(declared) : REMOVED;
    var isDue =
        recorded.state() == REMOVED
            && recorded.removedTime() != null
            && spec.purgeAfter()
                .after(recorded.removedTime())
                .filter(time -> !time.isAfter(now))
                .isPresent();
    if (isDue || recorded.state() == PURGED || recorded.state() == LifecycleState.PURGING) {
      end = PURGED;
    }
    if (!isEnd(declared)) {
      // Nothing but its Registry's purge removes a credential that does not declare it.
      return new Reach(end, registryPurged(spec.registryRef()));
    }
    return new Reach(
        end,
        end == PURGED
            ? Verdict.ready(Reason.PURGED, "Nothing is left of it but this resource.")
            : Verdict.ready(Reason.REMOVED, "It is withdrawn."));
  }

  private static boolean isEnd(DesiredState declared) {
    return declared == DesiredState.REMOVED || declared == DesiredState.PURGED;
  }

  private static boolean isRemoved(LifecycleState state) {
    return switch (state) {
      case REMOVING, REMOVED, PURGING, PURGED -> true;
      default -> false;
    };
  }

  private static CredentialGoal inactive() {
    return new Reach(
        INACTIVE, Verdict.ready(Reason.INACTIVE, "It is out of use; declare Active to use it."));
  }

  private static Verdict notFound(CredentialSpec spec) {
    return Verdict.reconciling(
        Reason.REGISTRY_NOT_FOUND,
        spec.registryRef().kind() == RegistryKind.REGISTRY
            ? "There is no Registry %s in this namespace, or it is being deleted; create it."
                .formatted(spec.registryRef().name())
            : ("There is no ClusterRegistry %s, or it is being deleted, or this operator serves"
                    + " some namespaces only and knows none; create it.")
                .formatted(spec.registryRef().name()));
  }

  private static Verdict notAllowed(CredentialSpec spec) {
    return Verdict.stalled(
        Reason.REGISTRY_NOT_ALLOWED,
        ("ClusterRegistry %s does not allow this namespace: its allowedNamespaces does not select"
                + " it. Have the namespace labelled, or use another registry.")
            .formatted(spec.registryRef().name()));
  }

  private static Verdict registryPurged(RegistryRef ref) {
    return Verdict.stalled(
        Reason.REGISTRY_PURGED,
        ("%s %s was purged, and this credential was removed with it; to use the account"
                + " again, delete both and create them anew.")
            .formatted(ref.kind().value(), ref.name()));
  }

  private static Verdict unreadable(Claimant claimant) {
    return Verdict.unreadable(claimant.unreadable());
  }

  /** Whether Active, or on the way through an update of it. */
  static boolean isActive(LifecycleState state) {
    return state == ACTIVE || state == LifecycleState.UPDATING_ACTIVE;
  }
}
