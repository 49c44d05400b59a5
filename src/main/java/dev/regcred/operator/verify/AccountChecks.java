package dev.regcred.operator.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.Verification;
import dev.regcred.api.v1alpha1.VerificationMode;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.VerifiedClaim;
import dev.regcred.plan.credential.Admission;
import dev.regcred.plan.credential.CredentialChecks;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.RegistryView;
import dev.regcred.plan.credential.SourceValue;
import dev.regcred.verification.Account;
import dev.regcred.verification.RegistryEndpoint;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks of accounts, as credentials see them: who is asked, and what the status says of it.
 */
public final class AccountChecks {
  private static final int FINGERPRINT_BYTES = 8;

  /** What stands between a version and what its account was refused with. */
  private static final String OUTCOME = " ";

  private final Verifications<ReconcileRequest> verifications;
  private final Supplier<Map<ReconcileRequest, CredentialStatus>> recorded;

  /** What statuses said at the start of accounts that were refused. */
  private @Nullable Map<Version, VerifiedReason> refusals;

  /**
   * A version of sources. In another namespace there are others, and whoever writes a status there
   * says nothing of these.
   *
   * @param namespace of the credential; empty for a cluster-wide one
   */
  private record Version(String namespace, String text) {
    static Version of(ReconcileRequest credential, String text) {
      return new Version(credential.id().getNamespace().orElse(""), text);
    }
  }

  /**
   * Checks by what these know.
   *
   * @param recorded the statuses that say that an account was refused, by their credentials
   */
  public AccountChecks(
      Verifications<ReconcileRequest> verifications,
      Supplier<Map<ReconcileRequest, CredentialStatus>> recorded) {
    this.verifications = verifications;
    this.recorded = recorded;
  }

  /**
   * What is known of a credential's account; empty where its registry is not asked, or it is not in
   * use.
   *
   * @param status what its status says
   * @param self the credential with its values
   */
  public Optional<VerifiedClaim> claim(
      ReconcileRequest credential,
      @Nullable CredentialStatus status,
      CredentialView self,
      Instant now) {
    if (CredentialChecks.needsSources(self, now)
        && self.registry() instanceof RegistryView.Present registry
        && registry.verification() != null
        && registry.verification().mode() != VerificationMode.OFF
        && self.values().userName() instanceof SourceValue.Present(var userName)
        && self.values().password() instanceof SourceValue.Present(var password)) {
      var endpoint = endpoint(registry);
      if (endpoint.isPresent()) {
        return Optional.of(
            claim(
                credential,
                status,
                self,
                registry,
                registry.verification(),
                endpoint.get(),
                new Account(userName, password)));
      }
    }
    notAsked(credential);
    return Optional.empty();
  }

  /**
   * What may be done with a credential's values before they are written. Only an explicit refusal
   * holds any back: a registry that does not answer stops neither a first publication nor a
   * rotation.
   */
  public Admission admission(
      ReconcileRequest credential,
      @Nullable CredentialStatus status,
      CredentialView self,
      Instant now) {
    return claim(credential, status, self, now)
        .map(claim -> admission(claim, self))
        .orElse(Admission.PUBLISH);
  }

  private static Admission admission(VerifiedClaim claim, CredentialView self) {
    if (claim.isAwaited()) {
      return Admission.AWAIT;
    }
    return switch (claim.reason()) {
      case REFUSED, EXPIRED ->
          self.requiredSpec().isWithheldIfRefused() ? Admission.WITHHOLD : Admission.KEEP;
      case null, default -> Admission.PUBLISH;
    };
  }

  /** A credential has been looked at whose registry is not to be asked. */
  public void notAsked(ReconcileRequest credential) {
    verifications.askNothing(credential);
  }

  /** A credential can't be looked at for now; those of others do not wait for it. */
  public void notLookedAt(ReconcileRequest credential) {
    verifications.passOver(credential);
  }

  /** Empty where the CRD once allowed an address that has none. */
  private static Optional<RegistryEndpoint> endpoint(RegistryView.Present registry) {
    try {
      return Optional.of(RegistryEndpoint.of(ServerAddress.parse(registry.serverAddress())));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }

  /** A credential is gone. */
  public void forget(ReconcileRequest credential) {
    verifications.forget(credential);
  }

  private VerifiedClaim claim(
      ReconcileRequest credential,
      @Nullable CredentialStatus status,
      CredentialView self,
      RegistryView.Present registry,
      Verification verification,
      RegistryEndpoint endpoint,
      Account account) {
    var version = version(endpoint, self);
    var answer =
        verifications.ask(
            new AccountQuestion<>(
                credential,
                self.id().generation(),
                registry.generation(),
                new CheckRequest(
                    endpoint, account, null, verification.realmHosts(), verification.caBundle()),
                verification.period().orElse(null),
                status != null && recorded(status).version().equals(version)
                    ? recorded(status).outcome()
                    : refusals().get(Version.of(credential, version))));
    var verdict = answer.verdict();
    if (verdict != null && !verdict.loginRefused()) {
      refusals().remove(Version.of(credential, version));
    }
    return new VerifiedClaim(
        verdict != null
            ? verdict.outcome()
            : answer.pausedUntil() != null ? VerifiedReason.PAUSED : null,
        endpoint.host(),
        verdict != null && verdict.loginRefused()
            ? version + OUTCOME + verdict.outcome().value()
            : null,
        verification.mode() == VerificationMode.ENFORCE && answer.awaitedUntil() != null,
        Requeue.earliest(
            Requeue.at(Optional.ofNullable(answer.again())),
            Requeue.at(
                Optional.ofNullable(answer.awaitedUntil())
                    .filter(_ -> verification.mode() == VerificationMode.ENFORCE))));
  }

  /**
   * Another one whenever the account may be another one: by the host, by the places in the spec
   * that it is read from, and by what is read there. The spec is not in it as a whole, or a change
   * of something else, while no operator runs, would have a refused account sent again.
   */
  private static String version(RegistryEndpoint endpoint, CredentialView self) {
    var spec = self.requiredSpec();
    var places =
        Arrays.asList(
            spec.publicValue(),
            spec.publicValueFrom(),
            spec.secretValueFrom(),
            spec.dockerConfigRef());
    return "%s:%s %s %s"
        .formatted(
            endpoint.host(),
            endpoint.port(),
            fingerprint(places.toString()),
            self.values().version());
  }

  /** The places are in the spec for everybody to read; this only makes them short. */
  private static String fingerprint(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * What another credential of the same sources has recorded counts as well, be it that this one is
   * new, or that the other is not in use any more.
   */
  private synchronized Map<Version, VerifiedReason> refusals() {
    if (refusals == null) {
      var known = new ConcurrentHashMap<Version, VerifiedReason>();
      recorded
          .get()
          .forEach(
              (credential, status) ->
                  known.put(
                      Version.of(credential, recorded(status).version()),
                      recorded(status).outcome()));
      refusals = known;
    }
    return refusals;
  }

  private record Refusal(String version, VerifiedReason outcome) {}

  /** What a status has recorded of a refused account; a version that is none where it has not. */
  private static Refusal recorded(CredentialStatus status) {
    var text = String.valueOf(status.refusedVersion());
    return Arrays.stream(VerifiedReason.values())
        .filter(reason -> text.endsWith(OUTCOME + reason.value()))
        .map(
            reason ->
                new Refusal(
                    text.substring(0, text.length() - (OUTCOME + reason.value()).length()), reason))
        .findFirst()
        .orElseGet(() -> new Refusal(text, condition(status)));
  }

  /**
   * What the condition says, for a status of an operator that did not record it beside the version.
   * There is no condition while the credential is not in use: then it may have been one that proves
   * nothing, so that the account is not sent, and not held back either.
   */
  private static VerifiedReason condition(CredentialStatus status) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream()
        .filter(condition -> condition.type().equals(ConditionType.VERIFIED.value()))
        .flatMap(
            condition ->
                Arrays.stream(VerifiedReason.values())
                    .filter(reason -> reason.value().equals(condition.reason())))
        .findFirst()
        .orElse(VerifiedReason.UNSUPPORTED);
  }
}
