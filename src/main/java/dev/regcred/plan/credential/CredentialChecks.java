package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.lifecycle.AvailableActions;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.credential.CredentialGoal.Activate;
import dev.regcred.plan.credential.CredentialGoal.Hold;
import dev.regcred.plan.credential.CredentialGoal.Reach;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checks of a credential, in the order in which they count: the first that finds something says
 * where the credential goes and what its conditions say. What may hold it up in a single namespace
 * comes after them, in {@link NamespacePlanner}.
 */
public final class CredentialChecks {
  /** A check of a credential; what it answers is empty where it finds nothing. */
  private interface Check {
    Optional<CredentialGoal> of(CredentialView credential, Instant now);
  }

  /** The checks that need no value of a source, so that none is read where one of them answers. */
  private static final List<Check> DECLARED =
      List.of(
          // SpecUnreadable: what is asked is not known, and what is there stays.
          CredentialChecks::unreadable,
          // Removed, Purged, RegistryPurged: there is no way back, whatever the Registry is.
          CredentialChecks::removed,
          // RegistryPurged: it takes its credentials with it, those that are out of use too.
          CredentialChecks::registryPurged,
          // Inactive: needs no Registry.
          CredentialChecks::inactive,
          // RegistryNotFound: what is there stays, unless the Registry waits to be deleted.
          CredentialChecks::registryNotFound,
          // RegistryInactive: out of use as long as the Registry is, and back with it.
          CredentialChecks::registryInactive,
          // RegistryNotReady: a new one, be it in the place of another, whose entry stays.
          CredentialChecks::registryNotReady,
          // RegistryNotAllowed: last, since it says nothing of a Registry that can't be used.
          CredentialChecks::registryNotAllowed);

  /** The checks of what an entry is made of; the last good one stays where one of them answers. */
  private static final List<Check> VALUES =
      List.of(
          // SourceNotFound, SourceInvalid: the user name before the password, as in the spec.
          (credential, _) -> unusable(credential.values().userName()),
          (credential, _) -> unusable(credential.values().password()),
          // RegistryNotReady: an address that the CRD once allowed.
          CredentialChecks::addressInvalid,
          // VerificationPending, CredentialRefused, Withheld: last, as there is an account to
          // judge.
          CredentialChecks::notAdmitted);

  /** What ends a refusal. A registry that has locked an account refuses the right password too. */
  private static final String WAY_OUT =
      " Write the right password to its source; if it is right, and unlocked by now, change"
          + " spec.description, ten minutes after the refusal.";

  private CredentialChecks() {}

  /**
   * Whether the values of a credential are needed: it goes to Active.
   *
   * @param now the time
   */
  public static boolean needsSources(CredentialView credential, Instant now) {
    return !credential.id().deleting() && declared(credential, now) instanceof Activate;
  }

  /** The goal of a credential, as far as that is known without its values. */
  static CredentialGoal declared(CredentialView credential, Instant now) {
    return first(DECLARED, credential, now).orElseGet(Activate::new);
  }

  /** The goal of a credential; the values of one that is to be Active have been read. */
  static CredentialGoal goal(CredentialView credential, Instant now) {
    return first(DECLARED, credential, now)
        .or(() -> first(VALUES, credential, now))
        .orElseGet(Activate::new);
  }

  private static Optional<CredentialGoal> first(
      List<Check> checks, CredentialView credential, Instant now) {
    return checks.stream().flatMap(check -> check.of(credential, now).stream()).findFirst();
  }

  private static Optional<CredentialGoal> unreadable(CredentialView credential, Instant now) {
    return credential.spec() == null
        ? hold(Readiness.unreadable(credential.unreadable()))
        : Optional.empty();
  }

  private static Optional<CredentialGoal> removed(CredentialView credential, Instant now) {
    var spec = credential.requiredSpec();
    var lastStatus = credential.lastStatus();
    var declared = spec.desiredState();
    var isDeclared = declared == DesiredState.REMOVED || declared == DesiredState.PURGED;
    if (!isDeclared && !lastStatus.state().isRemovingOrLater()) {
      return Optional.empty();
    }
    var isPurged = lastStatus.state().isPurgingOrLater() || isPurgeDue(lastStatus, spec, now);
    var end = isPurged ? PURGED : isDeclared ? AvailableActions.goal(declared) : REMOVED;
    if (!isDeclared) {
      // Nothing but its Registry's purge removes a credential that does not declare it.
      return reach(end, registryPurged(spec));
    }
    return reach(
        end,
        end == PURGED
            ? Readiness.ready(Reason.PURGED, "Nothing is left of it but this resource.")
            : Readiness.ready(Reason.REMOVED, "It is withdrawn."));
  }

  private static boolean isPurgeDue(
      CredentialView.LastStatus lastStatus, CredentialSpec spec, Instant now) {
    return lastStatus.state() == REMOVED
        && lastStatus.removedTime() != null
        && spec.purgeAfter()
            .after(lastStatus.removedTime())
            .filter(time -> !time.isAfter(now))
            .isPresent();
  }

  private static Optional<CredentialGoal> registryPurged(CredentialView credential, Instant now) {
    return present(credential)
        .filter(registry -> registry.state().isPurgingOrLater())
        .flatMap(_ -> reach(REMOVED, registryPurged(credential.requiredSpec())));
  }

  private static Optional<CredentialGoal> inactive(CredentialView credential, Instant now) {
    return credential.requiredSpec().desiredState() == DesiredState.INACTIVE
        ? reach(
            INACTIVE,
            Readiness.ready(Reason.INACTIVE, "It is out of use; declare Active to use it."))
        : Optional.empty();
  }

  private static Optional<CredentialGoal> registryNotFound(CredentialView credential, Instant now) {
    var readiness = registryNotFound(credential.requiredSpec());
    return present(credential)
        .map(registry -> registry.deleting() ? reach(INACTIVE, readiness) : none())
        .orElseGet(() -> hold(readiness));
  }

  private static Optional<CredentialGoal> registryInactive(CredentialView credential, Instant now) {
    return present(credential)
        .filter(registry -> !registry.state().isInUse() && !registry.state().isBeforeUse())
        .flatMap(
            registry ->
                reach(
                    INACTIVE,
                    Readiness.resting(
                        Reason.REGISTRY_INACTIVE,
                        "%s is %s; the credential comes back when it is Active."
                            .formatted(
                                registry(credential.requiredSpec()), registry.state().value()))));
  }

  private static Optional<CredentialGoal> registryNotReady(CredentialView credential, Instant now) {
    return present(credential)
        .filter(registry -> registry.state().isBeforeUse())
        .flatMap(
            registry ->
                hold(
                    Readiness.reconciling(
                        Reason.REGISTRY_NOT_READY,
                        "%s is %s and not Active yet; see its conditions."
                            .formatted(
                                registry(credential.requiredSpec()), registry.state().value()))));
  }

  private static Optional<CredentialGoal> registryNotAllowed(
      CredentialView credential, Instant now) {
    return present(credential)
        .filter(registry -> !registry.allowed())
        .flatMap(
            _ ->
                hold(
                    Readiness.stalled(
                        Reason.REGISTRY_NOT_ALLOWED,
                        ("ClusterRegistry %s does not allow this namespace: its allowedNamespaces"
                                + " does not select it. Have the namespace labelled, or use another"
                                + " registry.")
                            .formatted(credential.requiredSpec().registryRef().name()))));
  }

  private static Optional<CredentialGoal> unusable(SourceValue value) {
    return switch (value) {
      case SourceValue.Present _ -> none();
      case SourceValue.Missing(var message) ->
          hold(Readiness.reconciling(Reason.SOURCE_NOT_FOUND, message));
      case SourceValue.Invalid(var message) ->
          hold(Readiness.stalled(Reason.SOURCE_INVALID, message));
      case SourceValue.NotRead _ ->
          throw new IllegalArgumentException("The sources of an Active credential are always read");
    };
  }

  private static Optional<CredentialGoal> addressInvalid(CredentialView credential, Instant now) {
    try {
      if (credential.registry() instanceof RegistryView.Present registry) {
        ServerAddress.parse(registry.serverAddress());
      }
      return none();
    } catch (InvalidServerAddressException e) {
      return hold(Readiness.reconciling(Reason.REGISTRY_NOT_READY, e.getMessage()));
    }
  }

  /**
   * What the registry says of the account. While one is in use, and the answer is awaited, it is
   * {@link CredentialActivation} that keeps it as it is: nothing is said of that.
   */
  private static Optional<CredentialGoal> notAdmitted(CredentialView credential, Instant now) {
    return switch (credential.values().admission()) {
      case PUBLISH -> none();
      case AWAIT -> credential.lastStatus().state().isInUse() ? none() : hold(pending(credential));
      case KEEP -> hold(refused(credential, false, false));
      case WITHHOLD ->
          hold(
              Readiness.stalled(
                  Reason.WITHHELD,
                  "%s refuses the account, so it is in no pull Secret; it is back with the next one"
                          .formatted(server(credential))
                      + " that is not refused."
                      + WAY_OUT));
    };
  }

  /**
   * What is said of a refused account that is not taken out everywhere.
   *
   * @param isHeld whether a pull Secret holds it
   * @param isOtherHeld whether a pull Secret holds another one
   */
  static Readiness refused(CredentialView credential, boolean isHeld, boolean isOtherHeld) {
    return Readiness.stalled(
        Reason.CREDENTIAL_REFUSED,
        "%s refuses the account%s.%s%s%s"
            .formatted(
                server(credential),
                isHeld && !isOtherHeld ? "" : ", so it is not written",
                isOtherHeld ? " A pull Secret that holds another one keeps that." : "",
                isHeld
                    ? " A pull Secret that holds it already keeps it, as"
                        + " spec.verification.onRefused is not Withhold."
                    : "",
                WAY_OUT));
  }

  /** What is said while the registry is asked, and there is nothing that could stay. */
  static Readiness pending(CredentialView credential) {
    return Readiness.reconciling(
        Reason.VERIFICATION_PENDING,
        "%s is asked whether it takes the account, which is written then."
            .formatted(server(credential)));
  }

  private static String server(CredentialView credential) {
    return present(credential).map(RegistryView.Present::serverAddress).orElse("The registry");
  }

  private static Readiness registryPurged(CredentialSpec spec) {
    return Readiness.stalled(
        Reason.REGISTRY_PURGED,
        ("%s was purged, and this credential was removed with it; to use the account again, delete"
                + " both and create them anew.")
            .formatted(registry(spec)));
  }

  private static Readiness registryNotFound(CredentialSpec spec) {
    return Readiness.reconciling(
        Reason.REGISTRY_NOT_FOUND,
        spec.registryRef().kind() == RegistryKind.REGISTRY
            ? "There is no %s in this namespace, or it is being deleted; create it."
                .formatted(registry(spec))
            : ("There is no %s, or it is being deleted, or this operator serves some namespaces"
                    + " only and knows none; create it.")
                .formatted(registry(spec)));
  }

  private static String registry(CredentialSpec spec) {
    return "%s %s".formatted(spec.registryRef().kind().value(), spec.registryRef().name());
  }

  private static Optional<RegistryView.Present> present(CredentialView credential) {
    return Stream.of(credential.registry())
        .filter(RegistryView.Present.class::isInstance)
        .map(RegistryView.Present.class::cast)
        .findFirst();
  }

  private static Optional<CredentialGoal> none() {
    return Optional.empty();
  }

  private static Optional<CredentialGoal> hold(Readiness readiness) {
    return Optional.of(new Hold(readiness));
  }

  private static Optional<CredentialGoal> reach(LifecycleState end, Readiness readiness) {
    return Optional.of(new Reach(end, readiness));
  }
}
