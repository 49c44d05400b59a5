package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.plan.CredentialFixture.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.pullsecret.AttachableAccount;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A credential out of use, and a Secret that is not its own alone. */
class SharedTargetTest {
  private static final PullSecret OF_ANOTHER =
      PullSecrets.keptFor(
          PullSecrets.foreign("shared", PullSecret.TYPE, PullSecrets.ENTRY), "other");

  private static final AttachableAccount RUNNER =
      new AttachableAccount("runner", "uid-r", "7", Map.of(), false, null, List.of());

  /** Pods that name the Secret must find it wired however it got there. */
  @Test
  void anInactiveOneThatMovesToTheSecretOfOthersJoinsThemAndIsAttached() {
    var plan =
        PlanText.of(
            in(INACTIVE)
                .declared(DesiredState.INACTIVE)
                .targetName("shared")
                .target(OF_ANOTHER)
                .leftovers(PullSecrets.blank("pull"))
                .serviceAccounts("runner")
                .accounts(RUNNER)
                .plan());
    assertThat(plan.actions())
        .startsWith("Patch shared annotations")
        .contains("Attach runner")
        .endsWith("Delete pull");
    assertThat(plan.placement()).startsWith("shared ");
  }

  /** What others put into an adopted Secret is not lost to what can't be read in it. */
  @ParameterizedTest
  @EnumSource(names = {"ACTIVE", "DEACTIVATING"})
  void anAdoptedOneThatCannotBeReadIsNotWrittenToTakeTheEntryOut(LifecycleState state) {
    var garbled =
        PullSecrets.withAnnotations(
            PullSecrets.withContent(PullSecrets.ours("pull"), "{\"auths\":"),
            Map.of("regcred.dev/adopted", "true"));
    var plan = PlanText.of(in(state).declared(DesiredState.INACTIVE).target(garbled).plan());
    assertThat(plan.actions()).isEqualTo("-");
    assertThat(plan.verdict()).isEqualTo("Stalled AdoptionRefused");
    assertThat(plan.progress()).isEqualTo("stays " + state.value());
  }

  @Test
  void aForeignOneIsNotJoined() {
    var plan =
        PlanText.of(
            in(ACTIVE)
                .declared(DesiredState.INACTIVE)
                .recorded(INACTIVE)
                .targetName("theirs")
                .target(PullSecrets.foreign("theirs", PullSecret.TYPE, PullSecrets.BLANK))
                .plan());
    assertThat(plan.actions()).isEqualTo("-");
  }
}
