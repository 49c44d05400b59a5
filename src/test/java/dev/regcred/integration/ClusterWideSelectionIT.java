package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.Patience;
import org.junit.jupiter.api.Test;

/** Which namespaces a cluster-wide credential is in. */
class ClusterWideSelectionIT extends ClusterWideScenario {
  @Test
  void aNamespaceThatAppearsOrIsRelabelledIsFollowedAndTheOthersAreLeftAlone() {
    var first = namespaces(1).getFirst();
    applyClusterWide("");
    awaitCounts(1, 1, 0, 0);
    var version = copy(first).getMetadata().getResourceVersion();
    var other = name + "-other";
    createSelected(other);
    awaitCounts(2, 2, 0, 0);
    label(other, "no");
    awaitCounts(1, 1, 0, 0);
    assertThat(pullIn(other)).isNull();
    label(other, name);
    awaitCounts(2, 2, 0, 0);
    assertThat(pullIn(other)).contains(CANARY);
    assertThat(copy(first).getMetadata().getResourceVersion()).isEqualTo(version);
    client.namespaces().withName(other).delete();
    awaitCounts(1, 1, 0, 0);
    await().until(() -> client.namespaces().withName(other).get() == null);
  }

  @Test
  void oneThatHasLeftItsLastNamespaceCanBeDeleted() {
    var only = namespaces(1).getFirst();
    applyClusterWide("");
    awaitCounts(1, 1, 0, 0);
    label(only, "no");
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    awaitNoCopies();
    kubectl("delete", "clusterregistrycredential", name, Patience.TIMEOUT_FLAG);
  }

  @Test
  void anExcludedNamespaceIsLeftOut() {
    var selected = namespaces(2);
    applyClusterWide("");
    awaitCounts(2, 2, 0, 0);
    applied(wide("excludedNamespaces: [%s]".formatted(selected.get(1))));
    awaitCounts(1, 1, 0, 0);
    assertThat(pullIn(selected.get(0))).contains(CANARY);
    assertThat(pullIn(selected.get(1))).isNull();
  }

  @Test
  void theSystemsAndTheOperatorsNamespaceAreLeftOutUnlessTheyAreNamed() {
    applyServer();
    applyWideSource(CANARY);
    var all =
        "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: %s, values: [%s]}]}";
    applied(selecting(all.formatted("NotIn", "default")));
    await().untilAsserted(() -> assertThat(pullIn(namespace)).contains(CANARY));
    assertThat(pullIn("kube-system")).isNull();
    assertThat(pullIn(SOURCES)).isNull();
    applied(selecting(all.formatted("In", "kube-system, " + SOURCES)));
    await()
        .untilAsserted(
            () -> {
              assertThat(pullIn("kube-system")).contains(CANARY);
              assertThat(pullIn(SOURCES)).contains(CANARY);
              assertThat(pullIn(namespace)).isNull();
            });
    kubectl("delete", "clusterregistrycredential", name, Patience.TIMEOUT_FLAG);
    assertThat(pullIn("kube-system")).isNull();
  }

  @Test
  void withoutAnyNamespaceItIsReadyAndSaysSo() {
    applyServer();
    applied(wide(""));
    await().untilAsserted(() -> assertThat(wideReady().reason()).isEqualTo("SourceNotFound"));
    assertThat(wideReady().status()).isEqualTo("False");
    applyWideSource(CANARY);
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    assertThat(wideReady().status()).isEqualTo("True");
    awaitCounts(0, 0, 0, 0);
    createSelected(name + "-first");
    awaitWide(LifecycleState.ACTIVE, "Active");
    awaitCounts(1, 1, 0, 0);
  }

  private String selecting(String selector) {
    return wide("").replace("{matchLabels: {wide: %s}}".formatted(name), selector);
  }
}
