package dev.regcred.plan;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.Target;
import dev.regcred.pullsecret.Contribution;
import dev.regcred.pullsecret.DesiredSecret;
import dev.regcred.pullsecret.DockerConfigEntry;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.ServerAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a credential can be Active: its sources, its server and its target. */
sealed interface Activation {
  /** It can, with this pull Secret. */
  record Possible(DesiredSecret secret, ServerAddress server) implements Activation {}

  /** It can't for now. */
  record Blocked(Verdict verdict) implements Activation {}

  /** The checks, in the order in which they count. */
  static Activation of(ObservedCredential observed, CredentialGoal.Activate goal) {
    var problem = sourceProblem(observed.userName()).or(() -> sourceProblem(observed.password()));
    if (problem.isPresent()) {
      return new Blocked(problem.get());
    }
    ServerAddress server;
    try {
      server = ServerAddress.parse(goal.registry().serverAddress());
    } catch (InvalidServerAddressException e) {
      return new Blocked(Verdict.reconciling(Reason.REGISTRY_NOT_READY, e.getMessage()));
    }
    var spec = goal.spec();
    if (!(observed.userName() instanceof SourceReading.Value(var userName))
        || !(observed.password() instanceof SourceReading.Value(var password))) {
      throw new IllegalArgumentException("The sources of an Active credential are always read");
    }
    var account =
        new Contribution.Account(server, new DockerConfigEntry(userName, password, spec.email()));
    var desired = desired(observed, spec, account);
    return targetProblem(observed, desired)
        .<Activation>map(Blocked::new)
        .orElseGet(() -> new Possible(desired, server));
  }

  /** The pull Secret with this credential's entry, or without any. */
  static DesiredSecret desired(
      ObservedCredential observed,
      RegistryCredentialSpec spec,
      Contribution.@Nullable Account account) {
    var target = Optional.ofNullable(spec.target());
    var contribution =
        new Contribution(
            observed.self(),
            account,
            target.map(Target::labels).orElse(Map.of()),
            target.map(Target::annotations).orElse(Map.of()),
            spec.deletionPolicy() == DeletionPolicy.RETAIN ? null : owner(observed.id()));
    return DesiredSecret.of(
        spec.secretName(observed.id().name()), List.of(contribution), observed.target());
  }

  /**
   * Whether the target may be written: it is kept for this credential, or for none that exists any
   * more; or it is what we wrote before and only lost its mark.
   */
  static boolean isOurs(ObservedCredential observed, PullSecret target, DesiredSecret desired) {
    if (target.isKeptFor(observed.self())) {
      return true;
    }
    if (!target.contributors().isEmpty()) {
      return observed.holder() == null;
    }
    return target.name().equals(observed.recorded().secretName()) && target.hasContentOf(desired);
  }

  private static Optional<Verdict> targetProblem(
      ObservedCredential observed, DesiredSecret desired) {
    var target = observed.target();
    if (target == null || isOurs(observed, target, desired)) {
      return Optional.empty();
    }
    if (observed.holder() != null) {
      return Optional.of(
          Verdict.stalled(
              Reason.SERVER_CLAIMED,
              "Secret %s is held by %s %s; give one of the two another target.secretName."
                  .formatted(target.name(), observed.holder().kind(), observed.holder().name())));
    }
    return Optional.of(
        Verdict.stalled(
            Reason.TARGET_NOT_OWNED,
            ("A Secret %s exists that is not the operator's, and it is left alone; delete it or set"
                    + " another target.secretName.")
                .formatted(target.name())));
  }

  private static Optional<Verdict> sourceProblem(SourceReading reading) {
    return switch (reading) {
      case SourceReading.Missing(var message) ->
          Optional.of(Verdict.reconciling(Reason.SOURCE_NOT_FOUND, message));
      case SourceReading.Invalid(var message) ->
          Optional.of(Verdict.stalled(Reason.SOURCE_INVALID, message));
      case SourceReading.Value _, SourceReading.NotRead _ -> Optional.empty();
    };
  }

  private static OwnerReference owner(Identity id) {
    return new OwnerReference(
        Labels.GROUP + "/v1alpha1", id.kind(), id.name(), id.uid(), null, null);
  }
}
