package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One account in many namespaces, from its creation to its end. */
class ClusterWideIT extends ClusterWideScenario {
  @Test
  void itIsInEachNamespaceThatItSelectsAndNowhereElse() {
    var selected = namespaces(3);
    createNamespace(name + "-other", "not-" + name);
    applyClusterWide();
    awaitWide(LifecycleState.ACTIVE, "Active");
    awaitCounts(3, 3, 0, 0);
    assertThat(wideStatus().failures()).isNull();
    stopOperator(); // Now that a pass is over, nothing of it is to come.
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(entries(CANARY)));
    assertThat(namespacesWithTheEntry()).isEqualTo(selected);
  }

  @Test
  void aRotationIsInEachOfThemInPlace() {
    var selected = namespaces(3);
    applyClusterWide();
    awaitCounts(3, 3, 0, 0);
    var uids = selected.stream().map(n -> copy(n).getMetadata().getUid()).toList();
    var version = wideCredential().getMetadata().getResourceVersion();
    applyWideSource(CANARY + "-2");
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-2")));
    stopOperator(); // A status, if it wrote one, would come last.
    assertThat(selected.stream().map(n -> copy(n).getMetadata().getUid()).toList()).isEqualTo(uids);
    assertThat(wideCredential().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void itIsDeactivatedActivatedAndDeletedEverywhere() {
    var selected = namespaces(3);
    applyClusterWide();
    awaitCounts(3, 3, 0, 0);
    declareWide("Inactive");
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    awaitCounts(0, 0, 0, 0);
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(BLANK));
    declareWide("Active");
    awaitCounts(3, 3, 0, 0);
    assertThat(copies()).isEqualTo(3);
    deleted("ClusterRegistryCredential/" + name);
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isNull());
  }

  @Test
  void aNamespaceThatIsSelectedWhileItIsInactiveGetsASecretWithoutTheEntry() {
    namespaces(1);
    applyClusterWide();
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
    applyClusterWide(wide().desiredState("Inactive"));
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    assertThat(pullIn(selected.getFirst())).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"REMOVED", "PURGED"})
  void whatIsCreatedWithdrawnGetsThereAndIsWrittenNowhere(LifecycleState state) {
    var selected = namespaces(1);
    applyWideSource(CANARY);
    applied(clusterRegistry().desiredState(state.value()), wide().desiredState(state.value()));

    awaitWide(state, state.value());
    awaitClusterRegistry(state.value() + " " + state.value());
    stopOperator(); // Now that a pass is over, nothing of it is to come.
    assertThat(pullIn(selected.getFirst())).isNull();
    assertThat(wideStatus().secretName()).isNull();
  }

  @Test
  void anAddressBelongsToOneClusterRegistry() {
    namespaces(1);
    applyClusterWide();
    awaitCounts(1, 1, 0, 0);
    applied(Manifests.clusterRegistry(second()).server(server()));
    var both = client.resources(ClusterRegistry.class);
    await()
        .untilAsserted(
            () ->
                assertThat(summary(both.withName(second()).get().getStatus()))
                    .isEqualTo("Activating ServerAddressUsed"));
    assertThat(summary(both.withName(name).get().getStatus())).isEqualTo("Active Active");
    deleted("ClusterRegistry/" + name);
    await()
        .untilAsserted(
            () ->
                assertThat(summary(both.withName(second()).get().getStatus()))
                    .isEqualTo("Active Active"));
  }

  @Test
  void itIsRemovedEverywhereAndThenPurged() {
    var selected = namespaces(2);
    applyClusterWide(wide().purgeAfter("2s"));
    awaitCounts(2, 2, 0, 0);
    declareWide("Removed");
    awaitWide(LifecycleState.PURGED, "Purged");
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isNull());
  }

  @Test
  @HandsBack("pull")
  void whatARetainedOneLeavesIsHandedBack() {
    var selected = namespaces(2);
    applyClusterWide(wide().retained());
    awaitCounts(2, 2, 0, 0);
    deleted("ClusterRegistryCredential/" + name);
    assertThat(selected)
        .allSatisfy(
            n -> {
              assertThat(pullIn(n)).isEqualTo(entries(CANARY));
              assertThat(copy(n).getMetadata().getLabels()).isNullOrEmpty();
              assertThat(copy(n).getMetadata().getAnnotations()).isNullOrEmpty();
              assertThat(copy(n).getMetadata().getOwnerReferences()).isNullOrEmpty();
            });
  }

  @Test
  void forOneServerTheNamespacedOneWinsAndBothSaySo() {
    var selected = namespaces(2);
    applyClusterWide();
    awaitCounts(2, 2, 0, 0);
    var shared = selected.getFirst();
    applied(
        Manifests.source("account", CANARY + "-own").in(shared),
        Manifests.credential("own").clusterRegistry(name).user("team").target("pull").in(shared));
    awaitCounts(2, 1, 1, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    assertThat(wideReady().message()).contains("in 1 a RegistryCredential has it instead");
    assertThat(pullIn(shared)).contains(CANARY + "-own").doesNotContain("robot@example.com");
    var own = client.resources(RegistryCredential.class).inNamespace(shared).withName("own");
    await()
        .untilAsserted(
            () ->
                assertThat(ready(present(own.get().getStatus(), "status of own")).message())
                    .contains("in place of that of ClusterRegistryCredential " + name));
    own.delete();
    awaitCounts(2, 2, 0, 0);
    assertThat(pullIn(shared)).isEqualTo(entries(CANARY));
    await().untilAsserted(() -> assertThat(own.get()).isNull());
  }

  @Test
  void aNamespacedCredentialNeedsANamespaceThatTheClusterRegistryAllows() {
    applied(clusterRegistry().allowedNamespaces("wide", name));
    applySource(CANARY);
    applied(Manifests.credential("pull").clusterRegistry(name));
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
    applyClusterWide();
    awaitCounts(2, 2, 0, 0);
    declare("ClusterRegistry/" + name, "Inactive");
    awaitWide(LifecycleState.INACTIVE, "RegistryInactive");
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(BLANK));
    declare("ClusterRegistry/" + name, "Active");
    awaitCounts(2, 2, 0, 0);
    deleted("ClusterRegistry/" + name);
    awaitWide(LifecycleState.INACTIVE, "RegistryNotFound");
    assertThat(copies()).isZero();
  }

  @Test
  void serviceAccountsPullWithItInEachNamespaceThatHasThem() {
    var selected = namespaces(2);
    applyClusterWide(wide().serviceAccounts("default"));
    awaitCounts(2, 2, 0, 0);
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(imagePullSecrets(n)).containsExactly("pull")));
    label(selected.getFirst(), "no");
    awaitCounts(1, 1, 0, 0);
    assertThat(imagePullSecrets(selected.getFirst())).isEmpty();
    assertThat(imagePullSecrets(selected.getLast())).containsExactly("pull");
    deleted("ClusterRegistryCredential/" + name);
    assertThat(imagePullSecrets(selected.getLast())).isEmpty();
  }

  @Test
  void whatIsChangedOrDeletedInOneNamespaceIsPutRightThere() {
    var selected = namespaces(3);
    applyClusterWide();
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
    stopOperator(); // So that the pass is over, with all that it writes.
    assertThat(copy(selected.get(2)).getMetadata().getResourceVersion()).isEqualTo(untouched);
  }

  @Test
  void anotherTargetTakesItsPlaceInEachNamespace() {
    var selected = namespaces(2);
    applyClusterWide();
    awaitCounts(2, 2, 0, 0);
    applied(wide().target("other"));
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(
                        n -> {
                          assertThat(pullIn(n)).isNull();
                          assertThat(contentOf(n, "other")).isEqualTo(entries(CANARY));
                        }));
  }

  @Test
  void aRestartWritesNothing() {
    var selected = namespaces(5);
    applyClusterWide(wide().serviceAccounts("default"));
    awaitCounts(5, 5, 0, 0);
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(imagePullSecrets(n)).containsExactly("pull")));
    awaitWide(LifecycleState.ACTIVE, "Active");
    stopOperator();
    var before = versions(selected);
    passOnce("ClusterRegistry", "ClusterRegistryCredential");
    assertThat(versions(selected)).isEqualTo(before);
  }

  /** Of all that the operator writes, and of the source. */
  private Map<String, String> versions(List<String> selected) {
    var versions = new TreeMap<String, String>();
    var all =
        new ArrayList<HasMetadata>(
            List.of(
                wideCredential(),
                client.resources(ClusterRegistry.class).withName(name).get(),
                client.secrets().inNamespace(SOURCES).withName(name).get()));
    for (String in : selected) {
      all.add(copy(in));
      all.add(client.serviceAccounts().inNamespace(in).withName("default").get());
    }
    for (HasMetadata one : all) {
      versions.put(
          one.getKind()
              + "/"
              + one.getMetadata().getNamespace()
              + "/"
              + one.getMetadata().getName(),
          one.getMetadata().getResourceVersion());
    }
    assertThat(versions).hasSize(3 + 2 * selected.size());
    return versions;
  }

  private @Nullable String contentOf(String in, String secret) {
    var found = client.secrets().inNamespace(in).withName(secret).get();
    return found == null ? null : content(found);
  }

  /** What each of its pull Secrets holds. */
  private String entries(String password) {
    return "{\"auths\":{\"%s\":{\"username\":\"robot\",\"password\":\"%s\",\"email\":\"robot@example.com\",\"auth\":\"%s\"}}}"
        .formatted(server(), password, Base64Text.of("robot:" + password));
  }

  private List<String> imagePullSecrets(String in) {
    var account = client.serviceAccounts().inNamespace(in).withName("default").get();
    return account == null
        ? List.of()
        : account.getImagePullSecrets().stream().map(r -> r.getName()).toList();
  }
}
