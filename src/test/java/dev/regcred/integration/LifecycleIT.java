package dev.regcred.integration;

import static dev.regcred.api.v1alpha1.LifecycleProcess.ACTIVATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.CREATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.DEACTIVATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.PURGE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life cycle of a credential, from what is declared to what is there. */
class LifecycleIT extends OperatorScenario {
  @Test
  void inactiveTakesTheEntryOutAndLeavesTheSecret() {
    activeWorkingSet();
    var uid = pullSecret().getMetadata().getUid();

    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(content("pull")).isEqualTo(BLANK);
    declare("Active");
    awaitState("pull", "Active", "Active");

    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    assertThat(history()).containsExactly(ACTIVATE, DEACTIVATE, ACTIVATE, CREATE);
  }

  @Test
  void inactiveFromTheStartWritesItsValueNowhere() {
    applySource(CANARY);
    applied(Manifests.registry("main"), Manifests.credential("pull").desiredState("Inactive"));
    awaitState("pull", "Inactive", "Inactive");
    assertThat(secretNamed("pull")).isNull();
    assertThat(history()).containsExactly(DEACTIVATE, CREATE);
  }

  @Test
  void removedWithdrawsTheSecretAndIsPurgedByItself() {
    applySource(CANARY);
    applied(Manifests.registry("main"), Manifests.credential("pull").purgeAfter("4s"));
    awaitState("pull", "Active", "Active");

    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    assertThat(secretNamed("pull")).isNull();
    var removed = present(status("pull").removedTime(), "removedTime");
    assertThat(status("pull").purgeTime()).isEqualTo(removed.plusSeconds(4));
    awaitState("pull", "Purged", "Purged");
    assertThat(history()).containsExactly(PURGE, REMOVE, DEACTIVATE, ACTIVATE, CREATE);
  }

  @Test
  void theTimeOfThePurgeHoldsAcrossARestartAndFollowsTheSpec() {
    activeWorkingSet();
    applied(Manifests.credential("pull").purgeAfter("1h"));
    awaitState("pull", "Active", "Active");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    var removed = present(status("pull").removedTime(), "removedTime");
    assertThat(status("pull").purgeTime()).isEqualTo(removed.plus(1, ChronoUnit.HOURS));

    stopOperator();
    startOperator();
    patch("RegistryCredential/pull", "{\"spec\":{\"removal\":{\"purgeAfter\":\"2h\"}}}");

    awaitState("pull", "Removed", "Removed");
    assertThat(status("pull").purgeTime())
        .as("from when it was removed, not from the restart")
        .isEqualTo(removed.plus(2, ChronoUnit.HOURS));
    patch("RegistryCredential/pull", "{\"spec\":{\"removal\":{\"purgeAfter\":\"1s\"}}}");
    awaitState("pull", "Purged", "Purged");
  }

  @Test
  void purgedAtOnce() {
    activeWorkingSet();
    declare("Purged");
    awaitState("pull", "Purged", "Purged");
    assertThat(secretNamed("pull")).isNull();
  }

  /** As a tombstone in Git is, on a cluster that was built anew. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"Removed", "Purged"})
  void whatIsCreatedWithdrawnGetsThereAndWritesNothing(String state) {
    applySource(CANARY);
    appliedByKubectl(
        Manifests.registry("main").desiredState(state).yaml()
            + Manifests.credential("pull").desiredState(state));

    awaitRegistry("main", state, state);
    awaitState("pull", state, state);
    stopOperator(); // Now that a pass is over, nothing of it is to come.
    assertThat(secretNamed("pull")).isNull();
    assertThat(history().getLast()).isEqualTo(REMOVE);
    assertThat(status("pull").secretName()).isNull();
    startOperator(); // It has a finalizer to take off.
  }

  @Test
  void whatIsDeclaredWhileTheOperatorIsDownIsCarriedOutWhenItIsBack() {
    activeWorkingSet();
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
    activeWorkingSet();
    if (!state.equals("Active")) {
      declare(state);
      awaitState("pull", state, state);
    }
    deleted("RegistryCredential/pull");
    assertThat(secretNamed("pull")).isNull();
  }

  @ParameterizedTest(name = "waiting for {0}")
  @ValueSource(strings = {"RegistryNotFound", "SourceNotFound"})
  void deleteOfOneThatNeverWorkedReturns(String reason) {
    if (reason.equals("SourceNotFound")) {
      applied(Manifests.registry("main"));
    }
    applied(Manifests.credential("pull"));
    awaitState("pull", "Registering", reason);
    deleted("RegistryCredential/pull");
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "Delete,BACKGROUND", "Delete,FOREGROUND", "Delete,ORPHAN",
    "Retain,BACKGROUND", "Retain,FOREGROUND", "Retain,ORPHAN"
  })
  @HandsBack("pull")
  void everyCascadeGivesTheSameEnd(String policy, DeletionPropagation cascade) {
    activeWorkingSet();
    applied(Manifests.credential("pull").set("spec.deletionPolicy", policy));
    awaitState("pull", "Active", "Active");

    client.resource(existing("pull")).withPropagationPolicy(cascade).delete();
    await().untilAsserted(() -> assertThat(credentialNamed("pull")).isNull());

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
    activeWorkingSet();
    applied(Manifests.credential("pull").retained());
    awaitState("pull", "Active", "Active");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    deleted("RegistryCredential/pull");
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void availableActionsSayWhatMayBeDeclared() {
    activeWorkingSet();
    assertThat(status("pull").availableActions()).containsExactly(DEACTIVATE, REMOVE, PURGE);
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    assertThat(status("pull").availableActions()).containsExactly(PURGE);
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> declare("Active"))
        .withMessageContaining("a removed credential does not come back");
    declare("Purged");
    awaitState("pull", "Purged", "Purged");
  }

  private List<LifecycleProcess> history() {
    return present(status("pull").history(), "history").stream().map(Transition::process).toList();
  }
}
