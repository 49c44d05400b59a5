package dev.regcred.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.CredentialSpecBuilder;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.OnRefused;
import dev.regcred.api.v1alpha1.Verification;
import dev.regcred.api.v1alpha1.VerificationMode;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.clock.SettableClock;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.plan.Identity;
import dev.regcred.plan.credential.Admission;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.RegistryView;
import dev.regcred.plan.credential.SourceValue;
import dev.regcred.plan.credential.SourceValues;
import dev.regcred.verification.Verdict;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a status records of a refused account, and what follows from it in a new operator. */
class AccountChecksTest {
  private final SettableClock clock = new SettableClock();
  private final List<CheckRequest> sent = new ArrayList<>();
  private Verdict verdict = new Verdict(VerifiedReason.ACCEPTED, false, null);

  /** Out of use there is no condition; and what proves nothing holds nothing back. */
  @ParameterizedTest
  @CsvSource({"REFUSED, WITHHOLD", "EXPIRED, WITHHOLD", "UNSUPPORTED, PUBLISH"})
  void aNewOperatorHoldsBackWhatWasRefusedAndNothingElse(
      VerifiedReason outcome, Admission expected) {
    verdict = new Verdict(outcome, true, null);
    var checks = operator(null);
    admission(checks, null);
    var recorded = checks.claim(id("pull"), null, credential("pull"), clock.instant());
    var version = Objects.requireNonNull(recorded.orElseThrow().refusedVersion());
    assertThat(sent).hasSize(1);

    var out = status(version, null);
    assertThat(admission(operator(out), out)).isEqualTo(expected);
    assertThat(admission(operator(out), null)).as("of one that is new").isEqualTo(expected);
    assertThat(sent).hasSize(1);
  }

  /** Who may write a status in one namespace has nothing to say in another. */
  @Test
  void whatAStatusOfAnotherNamespaceSaysIsNotOfThisOne() {
    verdict = new Verdict(VerifiedReason.REFUSED, true, null);
    var checks = operator(null);
    admission(checks, null);
    var claim = checks.claim(id("pull"), null, credential("pull"), clock.instant()).orElseThrow();
    var elsewhere = status(Objects.requireNonNull(claim.refusedVersion()), null);
    verdict = new Verdict(VerifiedReason.ACCEPTED, false, null);
    var other = operator(elsewhere);
    var theirs = new ReconcileRequest(RegistryCredential.class, new ResourceID("pull", "other"));
    other.admission(theirs, null, credential("pull"), clock.instant());
    assertThat(sent).as("it is asked about").hasSize(2);
  }

  /** As an operator before has written it. */
  @Test
  void whatAStatusDoesNotSayIsNotHeldBackAndNotSent() {
    verdict = new Verdict(VerifiedReason.REFUSED, true, null);
    var checks = operator(null);
    admission(checks, null);
    var claim = checks.claim(id("pull"), null, credential("pull"), clock.instant()).orElseThrow();
    var version =
        Objects.requireNonNull(claim.refusedVersion())
            .replace(" " + VerifiedReason.REFUSED.value(), "");
    var silent = status(version, null);
    assertThat(admission(operator(silent), silent)).isEqualTo(Admission.PUBLISH);
    var refused = status(version, VerifiedReason.REFUSED);
    assertThat(admission(operator(refused), refused)).isEqualTo(Admission.WITHHOLD);
    assertThat(sent).hasSize(1);
  }

  private AccountChecks operator(@Nullable CredentialStatus recorded) {
    return new AccountChecks(
        new Verifications<>(
            request -> {
              sent.add(request);
              return verdict;
            },
            clock,
            _ -> "team",
            (_, check) -> check.run(),
            _ -> {},
            Set::of),
        () -> recorded == null ? Map.of() : Map.of(id("another"), recorded));
  }

  private Admission admission(AccountChecks checks, @Nullable CredentialStatus status) {
    return checks.admission(id("pull"), status, credential("pull"), clock.instant());
  }

  private static ReconcileRequest id(String name) {
    return new ReconcileRequest(RegistryCredential.class, new ResourceID(name, "team"));
  }

  private static CredentialStatus status(String version, @Nullable VerifiedReason reason) {
    var status =
        new CredentialStatusBuilder()
            .state(LifecycleState.ACTIVE, 1)
            .refusedVersion(version)
            .secretName("pull");
    return reason == null
        ? status.build()
        : status
            .conditions(
                new Condition(
                    "Verified",
                    reason.status(),
                    1L,
                    new SettableClock().instant(),
                    reason.value(),
                    ""))
            .build();
  }

  private CredentialView credential(String name) {
    return new CredentialView(
        new Identity("RegistryCredential", "team", name, "uid", 1, false, true),
        clock.instant(),
        new CredentialSpecBuilder("main").onRefused(OnRefused.WITHHOLD).build(),
        null,
        new CredentialView.LastStatus(LifecycleState.ACTIVE, 1, null, "pull", null, null, true),
        new RegistryView.Present(
            LifecycleState.ACTIVE,
            false,
            "registry.example.com",
            true,
            new Verification(VerificationMode.ENFORCE, "12h", List.of(), null),
            1),
        new SourceValues(
            new SourceValue.Present("robot"), new SourceValue.Present("password"), "1", null),
        new AttachPolicy.NotAsked(),
        true);
  }
}
