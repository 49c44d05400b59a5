package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Patience;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to the pull Secret, and what keeps it right. */
class ActivationIT extends OperatorScenario {
  @Test
  void applyGivesThePullSecretAndATrueStatus() {
    applyWorkingSet();

    kubectl("wait", "--for=condition=Ready", "regcred/pull", Patience.TIMEOUT_FLAG);
    kubectl(
        "wait",
        "--for=jsonpath={.status.state}=Active",
        "registrycredential/pull",
        Patience.TIMEOUT_FLAG);
    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(pullSecret().getType()).isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(pullSecret().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getName()).isEqualTo("pull");
              assertThat(owner.getController()).isNull();
              assertThat(owner.getBlockOwnerDeletion()).isNull();
            });
    assertThat(kubectl("get", "regcred", "pull").lines().toList())
        .first()
        .asString()
        .matches("NAME +STATE +READY +REGISTRY +SECRET +AGE");
    assertThat(kubectl("get", "regcred", "pull"))
        .containsPattern("pull +Active +True +main +pull ");
  }

  @Test
  void whatIsAppliedInAnyOrderBecomesActive() {
    applied(credential(""));
    awaitState("pull", "Registering", "RegistryNotFound");
    applied(REGISTRY);
    awaitState("pull", "Registering", "SourceNotFound");
    assertThat(secretNamed("pull")).isNull();
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aChangedSourceReachesThePullSecretInPlace() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    var before = pullSecret().getMetadata();
    var status = existing("pull").getMetadata().getResourceVersion();

    applySource(CANARY + "-rotated");

    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(before.getUid());
    assertThat(existing("pull").getMetadata().getResourceVersion())
        .as("a rotation writes nothing on the credential")
        .isEqualTo(status);
  }

  @Test
  void aChangedSpecReachesThePullSecretInPlaceAndIsRecordedAsAnUpdate() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    var uid = pullSecret().getMetadata().getUid();

    applied(credential("").replace("publicValue: robot", "publicValue: other"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("other", CANARY));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    assertThat(kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.history[0]}"))
        .contains("\"process\":\"Update\"", "\"from\":\"Active\"", "\"to\":\"Active\"");
  }

  @Test
  void theUserNameIsReadFromASecretToo() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: user}
        stringData: {name: "from-secret"}
        """);
    applied(
        credential("")
            .replace(
                "publicValue: robot", "publicValueFrom: {secretKeyRef: {name: user, key: name}}"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("from-secret", CANARY));
    kubectl("patch", "secret/user", "-p", "{\"stringData\":{\"name\":\"renamed\"}}");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config("renamed", CANARY)));
  }

  @Test
  void aRenamedTargetMovesTheEntryAndLeavesNoOrphan() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");

    applied(credential("target: {secretName: moved}"));

    awaitState("pull", "Active", "Active");
    assertThat(content("moved")).isEqualTo(config(CANARY));
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    assertThat(kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.secretName}"))
        .isEqualTo("moved");
  }

  @Test
  void labelsAndAnnotationsOfTheTargetFollowTheSpecAndOtherPeoplesStay() {
    applyWorkingSet();
    applied(credential("target: {labels: {team: blue}, annotations: {note: hello}}"));
    awaitState("pull", "Active", "Active");
    await()
        .untilAsserted(
            () -> assertThat(pullSecret().getMetadata().getLabels()).containsEntry("team", "blue"));
    assertThat(pullSecret().getMetadata().getAnnotations()).containsEntry("note", "hello");
    kubectl("label", "secret/pull", "theirs=kept");

    patch(
        "RegistryCredential/pull",
        "{\"spec\":{\"target\":{\"labels\":{\"team\":null},\"annotations\":{\"note\":null}}}}");

    await()
        .untilAsserted(
            () ->
                assertThat(pullSecret().getMetadata().getLabels())
                    .doesNotContainKey("team")
                    .containsEntry("theirs", "kept"));
    assertThat(pullSecret().getMetadata().getAnnotations()).doesNotContainKey("note");
  }

  @Test
  void nothingOfGitOpsToolsIsCopiedFromTheCredential() {
    applyWorkingSet();
    kubectl("annotate", "regcred/pull", "argocd.argoproj.io/tracking-id=x");
    awaitState("pull", "Active", "Active");
    assertThat(pullSecret().getMetadata().getAnnotations())
        .containsOnlyKeys("regcred.dev/contributors");
  }

  @Test
  void everyDriftIsPutRightAtOnce() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    var uid = pullSecret().getMetadata().getUid();

    kubectl(
        "patch", "secret/pull", "-p", "{\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY)));
    kubectl("patch", "secret/pull", "-p", "{\"stringData\":{\"more\":\"x\"}}");
    await()
        .untilAsserted(
            () -> assertThat(pullSecret().getData()).containsOnlyKeys(".dockerconfigjson"));
    kubectl("label", "secret/pull", "regcred.dev/managed-");
    await()
        .untilAsserted(
            () ->
                assertThat(pullSecret().getMetadata().getLabels())
                    .containsEntry("regcred.dev/managed", "true"));
    kubectl(
        "patch",
        "secret/pull",
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"/metadata/ownerReferences\"}]");
    await()
        .untilAsserted(
            () -> assertThat(pullSecret().getMetadata().getOwnerReferences()).hasSize(1));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    kubectl("delete", "secret/pull");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY)));
  }

  @Test
  void aSecretThatIsNotOursIsLeftAlone() {
    kubectl("create", "secret", "generic", "pull", "--from-literal=theirs=untouched");
    var before = pullSecret();
    applyWorkingSet();

    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(pullSecret()).isEqualTo(before);
    kubectl("delete", "secret/pull");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aSecondCredentialOfOneSecretWaitsAndTakesOver() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    applied(credential("second", "target: {secretName: pull}").replace("robot", "second"));

    awaitState("second", "Activating", "ServerClaimed");
    assertThat(
            kubectl("get", "regcred", "second", "-o", "jsonpath={.status.conditions[0].message}"))
        .contains("RegistryCredential pull");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    kubectl("delete", "regcred/pull");
    awaitState("second", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("second", CANARY));
  }
}
