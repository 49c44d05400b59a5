package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One account in many namespaces, from its creation to its end. */
class ClusterWideIT extends ClusterWideScenario {
  @Test
  void itIsInEachNamespaceThatItSelectsAndNowhereElse() {
    var selected = namespaces(3);
    applyClusterWide("");
    awaitWide(LifecycleState.ACTIVE, "Active");
    awaitCounts(3, 3, 0, 0);
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY, server()));
    assertThat(pullIn(namespace)).isNull();
    assertThat(wideStatus().failures()).isNull();
  }

  @Test
  void aRotationIsInEachOfThemInPlace() {
    var selected = namespaces(3);
    applyClusterWide("");
    awaitCounts(3, 3, 0, 0);
    var uids = selected.stream().map(n -> copy(n).getMetadata().getUid()).toList();
    var version = wideCredential().getMetadata().getResourceVersion();
    applyWideSource(CANARY + "-2");
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-2")));
    assertThat(selected.stream().map(n -> copy(n).getMetadata().getUid()).toList()).isEqualTo(uids);
    assertThat(wideCredential().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void itIsDeactivatedActivatedAndDeletedEverywhere() {
    var selected = namespaces(3);
    applyClusterWide("");
    awaitCounts(3, 3, 0, 0);
    declareWide("Inactive");
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    awaitCounts(0, 0, 0, 0);
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(BLANK));
    declareWide("Active");
    awaitCounts(3, 3, 0, 0);
    assertThat(copies()).isEqualTo(3);
    kubectl("delete", "clusterregistrycredential", name, Patience.TIMEOUT_FLAG);
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isNull());
  }

  @Test
  void aNamespaceThatIsSelectedWhileItIsInactiveGetsASecretWithoutTheEntry() {
    namespaces(1);
    applyClusterWide("");
    awaitCounts(1, 1, 0, 0);
    declareWide("Inactive");
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    createSelected(name + "-later");
    await().untilAsserted(() -> assertThat(pullIn(name + "-later")).isEqualTo(BLANK));
    assertThat(copies()).isZero();
    declareWide("Active");
    awaitCounts(2, 2, 0, 0);
  }

  @Test
  void oneThatIsInactiveFromTheStartIsWrittenNowhere() {
    var selected = namespaces(1);
    applyClusterWide("desiredState: Inactive");
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    assertThat(pullIn(selected.getFirst())).isNull();
  }

  @Test
  void anAddressBelongsToOneClusterRegistry() {
    namespaces(1);
    applyClusterWide("");
    awaitCounts(1, 1, 0, 0);
    applied(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s-second}
        spec: {serverAddress: "%s"}
        """
            .formatted(name, server()));
    await()
        .untilAsserted(
            () ->
                assertThat(kubectl("get", "clusterregistry", name + "-second", "-o", "wide"))
                    .contains("ServerAddressUsed"));
    kubectl("delete", "clusterregistry", name + "-second");
  }

  @Test
  void itIsRemovedEverywhereAndThenPurged() {
    var selected = namespaces(2);
    applyClusterWide("removal: {purgeAfter: 2s}");
    awaitCounts(2, 2, 0, 0);
    declareWide("Removed");
    awaitWide(LifecycleState.PURGED, "Purged");
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isNull());
  }

  @Test
  @HandsBack("pull")
  void whatARetainedOneLeavesIsHandedBack() {
    var selected = namespaces(2);
    applyClusterWide("deletionPolicy: Retain");
    awaitCounts(2, 2, 0, 0);
    kubectl("delete", "clusterregistrycredential", name, Patience.TIMEOUT_FLAG);
    assertThat(selected)
        .allSatisfy(
            n -> {
              assertThat(pullIn(n)).contains(CANARY);
              assertThat(copy(n).getMetadata().getLabels()).isNullOrEmpty();
            });
  }

  @Test
  void forOneServerTheNamespacedOneWinsAndBothSaySo() {
    var selected = namespaces(2);
    applyClusterWide("");
    awaitCounts(2, 2, 0, 0);
    var shared = selected.getFirst();
    var admin = installation.cluster().kubectl();
    admin.runWithInput(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: RegistryCredential
        metadata: {name: own, namespace: %s}
        spec:
          registryRef: {kind: ClusterRegistry, name: %s}
          email: team@example.com
          publicValue: team
          secretValueFrom: {secretKeyRef: {name: account, key: password}}
          target: {secretName: pull}
        """
            .formatted(shared, name),
        "apply",
        "-f",
        "-");
    client
        .secrets()
        .inNamespace(shared)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("account")
                .endMetadata()
                .withStringData(Map.of("password", CANARY + "-own"))
                .build())
        .create();
    awaitCounts(2, 1, 1, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    assertThat(wideReady().message()).contains("in 1 a RegistryCredential has it instead");
    assertThat(pullIn(shared)).contains(CANARY + "-own").doesNotContain("robot@example.com");
    await()
        .untilAsserted(
            () ->
                assertThat(admin.ok("get", "regcred", "own", "-n", shared, "-o", "json"))
                    .contains("in place of that of ClusterRegistryCredential " + name));
    admin.ok("delete", "regcred", "own", "-n", shared, Patience.TIMEOUT_FLAG);
    awaitCounts(2, 2, 0, 0);
    assertThat(pullIn(shared)).contains("robot@example.com");
  }

  @Test
  void aNamespacedCredentialNeedsANamespaceThatTheClusterRegistryAllows() {
    applied(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s}
        spec: {serverAddress: "%s", allowedNamespaces: {matchLabels: {wide: %s}}}
        """
            .formatted(name, server(), name));
    applySource(CANARY);
    applied(
        credential("")
            .replace(
                "registryRef: {name: main}",
                "registryRef: {kind: ClusterRegistry, name: " + name + "}"));
    awaitState("pull", "Activating", "RegistryNotAllowed");
    assertThat(secretNamed("pull")).isNull();
    label(namespace, name);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).contains(CANARY, server());
    label(namespace, "no");
    awaitState("pull", "Active", "RegistryNotAllowed");
    assertThat(content("pull")).as("the last good entry stays").contains(CANARY);
    label(namespace, name);
    awaitState("pull", "Active", "Active");
    declare("ClusterRegistry/" + name, "Inactive");
    awaitState("pull", "Inactive", "RegistryInactive");
    declare("ClusterRegistry/" + name, "Active");
    awaitState("pull", "Active", "Active");
  }

  @Test
  void theClusterRegistrysStateIsFollowedEverywhere() {
    var selected = namespaces(2);
    applyClusterWide("");
    awaitCounts(2, 2, 0, 0);
    declare("ClusterRegistry/" + name, "Inactive");
    awaitWide(LifecycleState.INACTIVE, "RegistryInactive");
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(BLANK));
    declare("ClusterRegistry/" + name, "Active");
    awaitCounts(2, 2, 0, 0);
    kubectl("delete", "clusterregistry", name, Patience.TIMEOUT_FLAG);
    awaitWide(LifecycleState.INACTIVE, "RegistryNotFound");
    assertThat(copies()).isZero();
  }

  @Test
  void serviceAccountsPullWithItInEachNamespaceThatHasThem() {
    var selected = namespaces(2);
    applyClusterWide("serviceAccounts: [default]");
    awaitCounts(2, 2, 0, 0);
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(imagePullSecrets(n)).containsExactly("pull")));
    label(selected.getFirst(), "no");
    await().untilAsserted(() -> assertThat(imagePullSecrets(selected.getFirst())).isEmpty());
    assertThat(imagePullSecrets(selected.getLast())).containsExactly("pull");
    kubectl("delete", "clusterregistrycredential", name, Patience.TIMEOUT_FLAG);
    assertThat(imagePullSecrets(selected.getLast())).isEmpty();
  }

  @Test
  void whatIsChangedOrDeletedInOneNamespaceIsPutRightThere() {
    var selected = namespaces(3);
    applyClusterWide("");
    awaitCounts(3, 3, 0, 0);
    var untouched = copy(selected.get(2)).getMetadata().getResourceVersion();
    client.secrets().inNamespace(selected.get(0)).withName("pull").delete();
    client
        .secrets()
        .inNamespace(selected.get(1))
        .withName("pull")
        .edit(s -> new SecretBuilder(s).addToData(".dockerconfigjson", "e30=").build());
    await()
        .untilAsserted(
            () -> assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY)));
    assertThat(copy(selected.get(2)).getMetadata().getResourceVersion()).isEqualTo(untouched);
  }

  @Test
  void anotherTargetTakesItsPlaceInEachNamespace() {
    var selected = namespaces(2);
    applyClusterWide("");
    awaitCounts(2, 2, 0, 0);
    applied(wide("").replace("secretName: pull", "secretName: other"));
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(
                        n -> {
                          assertThat(pullIn(n)).isNull();
                          assertThat(client.secrets().inNamespace(n).withName("other").get())
                              .isNotNull();
                        }));
  }

  @Test
  void aRestartWritesNothing() {
    var selected = namespaces(5);
    applyClusterWide("serviceAccounts: [default]");
    awaitCounts(5, 5, 0, 0);
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(imagePullSecrets(n)).containsExactly("pull")));
    var before = versions(selected);
    stopOperator();
    startOperator();
    applyWideSource(CANARY + "-2");
    await().untilAsserted(() -> assertThat(pullIn(selected.getFirst())).contains(CANARY + "-2"));
    awaitCounts(5, 5, 0, 0);
    assertThat(wideCredential().getMetadata().getResourceVersion()).isEqualTo(before.getFirst());
  }

  private List<String> versions(List<String> selected) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(wideCredential().getMetadata().getResourceVersion()),
            selected.stream().map(n -> copy(n).getMetadata().getResourceVersion()))
        .toList();
  }

  private List<String> imagePullSecrets(String in) {
    var account = client.serviceAccounts().inNamespace(in).withName("default").get();
    return account == null
        ? List.of()
        : account.getImagePullSecrets().stream().map(r -> r.getName()).toList();
  }
}
