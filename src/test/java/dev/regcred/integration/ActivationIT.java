package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to the pull Secret, and what keeps it right. */
class ActivationIT extends OperatorScenario {
  @Test
  void applyGivesThePullSecretAndATrueStatus() {
    applySource(CANARY);
    appliedByKubectl("" + Manifests.registry("main") + Manifests.credential("pull"));

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
              assertThat(owner.getUid()).isEqualTo(existing("pull").getMetadata().getUid());
              assertThat(owner.getName()).isEqualTo("pull");
              assertThat(owner.getController()).isNull();
              assertThat(owner.getBlockOwnerDeletion()).isNull();
            });
    assertThat(kubectl("get", "regcred", "pull").lines())
        .satisfiesExactly(
            header -> assertThat(header).matches("NAME +STATE +READY +REGISTRY +SECRET +AGE"),
            row -> assertThat(row).matches("pull +Active +True +main +pull +\\d+s"));
  }

  @Test
  void whatIsAppliedInAnyOrderBecomesActive() {
    applied(Manifests.credential("pull"));
    awaitState("pull", "Registering", "RegistryNotFound");
    applied(Manifests.registry("main"));
    awaitState("pull", "Registering", "SourceNotFound");
    assertThat(message("pull", "Ready")).contains("no Secret account");
    assertThat(secretNamed("pull")).isNull();
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aChangedSourceReachesThePullSecretInPlace() {
    activeWorkingSet();
    var before = pullSecret().getMetadata();
    var status = existing("pull").getMetadata().getResourceVersion();

    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
    applySource(CANARY + "-again");
    awaitPullSecret(config(CANARY + "-again"));

    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(before.getUid());
    assertThat(existing("pull").getMetadata().getResourceVersion())
        .as("a rotation, whose passes are over when the next one is seen, writes no status")
        .isEqualTo(status);
  }

  @Test
  void aChangedSpecReachesThePullSecretInPlaceAndIsRecordedAsAnUpdate() {
    activeWorkingSet();
    var uid = pullSecret().getMetadata().getUid();

    applied(Manifests.credential("pull").user("other"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("other", CANARY));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    assertThat(kubectl("get", "regcred", "pull", "-o", "jsonpath={.status.history[0]}"))
        .contains("\"process\":\"Update\"", "\"from\":\"Active\"", "\"to\":\"Active\"");
  }

  @Test
  void theUserNameIsReadFromASecretToo() {
    applySource(CANARY);
    applied(
        Manifests.registry("main"),
        Manifests.secret("user").value("name", "from-secret"),
        Manifests.credential("pull").userFrom("user", "name"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("from-secret", CANARY));
    applied(Manifests.secret("user").value("name", "renamed"));
    awaitPullSecret(config("renamed", CANARY));
  }

  @Test
  void aRenamedTargetMovesTheEntryAndLeavesNoOrphan() {
    activeWorkingSet();

    applied(Manifests.credential("pull").target("moved"));

    awaitState("pull", "Active", "Active");
    assertThat(content("moved")).isEqualTo(config(CANARY));
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    assertThat(status("pull").secretName()).isEqualTo("moved");
  }

  @Test
  void labelsAndAnnotationsOfTheTargetFollowTheSpecAndOtherPeoplesStay() {
    activeWorkingSet();
    applied(
        Manifests.credential("pull").targetLabel("team", "blue").targetAnnotation("note", "hello"));
    awaitState("pull", "Active", "Active");
    assertThat(pullSecret().getMetadata().getLabels()).containsEntry("team", "blue");
    assertThat(pullSecret().getMetadata().getAnnotations()).containsEntry("note", "hello");
    patch(
        "Secret/pull",
        "{\"metadata\":{\"labels\":{\"theirs\":\"kept\"},\"annotations\":{\"theirs\":\"kept\"}}}");

    applied(Manifests.credential("pull"));

    awaitState("pull", "Active", "Active");
    assertThat(pullSecret().getMetadata().getLabels())
        .containsOnly(Map.entry("regcred.dev/managed", "true"), Map.entry("theirs", "kept"));
    assertThat(pullSecret().getMetadata().getAnnotations())
        .containsOnlyKeys("regcred.dev/contributors", "theirs");
  }

  @Test
  void nothingOfGitOpsToolsIsCopiedFromTheCredential() {
    applySource(CANARY);
    applied(
        Manifests.registry("main"),
        Manifests.credential("pull")
            .annotation("argocd.argoproj.io/tracking-id", "app:regcred.dev/pull")
            .label("app.kubernetes.io/instance", "app")
            .label("kustomize.toolkit.fluxcd.io/name", "app"));

    awaitState("pull", "Active", "Active");

    assertThat(pullSecret().getMetadata().getAnnotations())
        .containsOnlyKeys("regcred.dev/contributors");
    assertThat(pullSecret().getMetadata().getLabels()).containsOnlyKeys("regcred.dev/managed");
  }

  @Test
  void aSecretThatIsNotOursIsLeftAlone() {
    applied(Manifests.secret("pull").value("theirs", "untouched"));
    var before = pullSecret();
    applyWorkingSet();

    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(pullSecret()).isEqualTo(before);
    deleted("Secret/pull");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aSecondCredentialOfOneSecretWaitsAndTakesOver() {
    activeWorkingSet();
    applied(Manifests.credential("second").user("second").target("pull"));

    awaitState("second", "Activating", "ServerClaimed");
    assertThat(message("second", "Ready")).contains("RegistryCredential pull");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    deleted("RegistryCredential/pull");
    awaitState("second", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config("second", CANARY));
  }
}
