package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life cycle of a credential, from what is declared to what is there. */
class LifecycleIT extends OperatorScenario {
  @Test
  void inactiveTakesTheEntryOutAndLeavesTheSecret() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    var uid = pullSecret().getMetadata().getUid();

    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(content("pull")).isEqualTo(BLANK);
    declare("Active");
    awaitState("pull", "Active", "Active");

    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    assertThat(history()).isEqualTo("Activate Deactivate Activate Create");
  }

  @Test
  void inactiveFromTheStartWritesItsValueNowhere() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(credential("desiredState: Inactive"));
    awaitState("pull", "Inactive", "Inactive");
    assertThat(secretNamed("pull")).isNull();
    assertThat(history()).isEqualTo("Deactivate Create");
  }

  @Test
  void removedWithdrawsTheSecretAndIsPurgedByItself() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(credential("removal: {purgeAfter: 2s}"));
    awaitState("pull", "Active", "Active");

    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    assertThat(secretNamed("pull")).isNull();
    assertThat(kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.purgeTime}"))
        .isNotEmpty();
    awaitState("pull", "Purged", "Purged");
    assertThat(history()).isEqualTo("Purge Remove Deactivate Activate Create");
  }

  @Test
  void theTimeOfThePurgeHoldsAcrossARestartAndFollowsTheSpec() {
    applyWorkingSet();
    applied(credential("removal: {purgeAfter: 1h}"));
    awaitState("pull", "Active", "Active");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");

    stopOperator();
    applied(credential("removal: {purgeAfter: 1s}\ndesiredState: Removed"));
    startOperator();

    awaitState("pull", "Purged", "Purged");
  }

  @Test
  void purgedAtOnce() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    declare("Purged");
    awaitState("pull", "Purged", "Purged");
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void whatIsDeclaredWhileTheOperatorIsDownIsCarriedOutWhenItIsBack() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    stopOperator();
    declare("Inactive");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    startOperator();
    awaitState("pull", "Inactive", "Inactive");
    assertThat(content("pull")).isEqualTo(BLANK);
  }

  @ParameterizedTest(name = "from {0}")
  @ValueSource(strings = {"Active", "Inactive", "Removed", "Purged"})
  void deleteReturnsOnlyWhenNothingIsLeft(String state) {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    if (!state.equals("Active")) {
      declare(state);
      awaitState("pull", state, state);
    }
    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);
    assertThat(secretNamed("pull")).isNull();
    assertThat(credentialNamed("pull")).isNull();
  }

  @ParameterizedTest(name = "waiting for {0}")
  @ValueSource(strings = {"RegistryNotFound", "SourceNotFound"})
  void deleteOfOneThatNeverWorkedReturns(String reason) {
    if (reason.equals("SourceNotFound")) {
      applied(REGISTRY);
    }
    applied(credential(""));
    awaitState("pull", "Registering", reason);
    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);
    assertThat(credentialNamed("pull")).isNull();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "Delete,background", "Delete,foreground", "Delete,orphan",
    "Retain,background", "Retain,foreground", "Retain,orphan"
  })
  @HandsBack("pull")
  void everyCascadeGivesTheSameEnd(String policy, String cascade) {
    applyWorkingSet();
    applied(credential("deletionPolicy: " + policy));
    awaitState("pull", "Active", "Active");

    kubectl("delete", "regcred/pull", "--cascade=" + cascade, Patience.TIMEOUT_FLAG);

    if (policy.equals("Delete")) {
      await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    } else {
      assertThat(content("pull")).isEqualTo(config(CANARY));
      assertThat(pullSecret().getMetadata().getOwnerReferences()).isEmpty();
      assertThat(pullSecret().getMetadata().getLabels()).isNullOrEmpty();
      assertThat(pullSecret().getMetadata().getAnnotations()).isNullOrEmpty();
    }
  }

  @Test
  void retainOfAnInactiveOneLeavesNoBlankSecret() {
    applyWorkingSet();
    applied(credential("deletionPolicy: Retain"));
    awaitState("pull", "Active", "Active");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    kubectl("delete", "regcred/pull");
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void availableActionsSayWhatMayBeDeclared() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    assertThat(actions()).isEqualTo("Deactivate Remove Purge");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    assertThat(actions()).isEqualTo("Purge");
    assertThat(
            tried(
                    "patch",
                    "regcred/pull",
                    "--type=merge",
                    "-p",
                    "{\"spec\":{\"desiredState\":\"Active\"}}")
                .stderr())
        .contains("desiredState");
  }

  private String history() {
    return kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.history[*].process}");
  }

  private String actions() {
    return kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.availableActions[*]}");
  }
}
