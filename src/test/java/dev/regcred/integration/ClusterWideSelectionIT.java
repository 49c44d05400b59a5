package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Patience;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which namespaces a cluster-wide credential is in. */
class ClusterWideSelectionIT extends ClusterWideScenario {
  @Test
  void aNamespaceThatAppearsOrIsRelabelledIsFollowedAndTheOthersAreLeftAlone() {
    var first = namespaces(1).getFirst();
    applyClusterWide();
    awaitCounts(1, 1, 0, 0);
    var version = copy(first).getMetadata().getResourceVersion();
    var other = name + "-other";
    createSelected(other);
    awaitCounts(2, 2, 0, 0);
    label(other, "no");
    awaitCounts(1, 1, 0, 0);
    assertThat(client.secrets().inNamespace(other).list().getItems()).isEmpty();
    label(other, name);
    awaitCounts(2, 2, 0, 0);
    assertThat(pullIn(other)).contains(CANARY);
    assertThat(copy(first).getMetadata().getResourceVersion()).isEqualTo(version);
    client.namespaces().withName(other).delete();
    awaitCounts(1, 1, 0, 0);
    await()
        .atMost(Patience.NAMESPACE_DELETION)
        .until(() -> client.namespaces().withName(other).get() == null);
    assertThat(namespacesWithTheEntry()).containsExactly(first);
  }

  @Test
  void oneThatHasLeftItsLastNamespaceCanBeDeleted() {
    var only = namespaces(1).getFirst();
    applyClusterWide();
    awaitCounts(1, 1, 0, 0);
    label(only, "no");
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    awaitNoCopies();
    deleted("ClusterRegistryCredential/" + name);
  }

  @Test
  void anExcludedNamespaceIsLeftOut() {
    var selected = namespaces(2);
    applyClusterWide();
    awaitCounts(2, 2, 0, 0);
    applied(wide().excludedNamespaces(selected.get(1)));
    awaitCounts(1, 1, 0, 0);
    assertThat(namespacesWithTheEntry()).containsExactly(selected.get(0));
  }

  @Test
  void theSystemsAndTheOperatorsNamespaceAreLeftOutUnlessTheyAreNamed() {
    var left = List.of("kube-system", SOURCES);
    applyClusterWide(selecting("NotIn", "default"));
    awaitWide(LifecycleState.ACTIVE, "Active");
    stopOperator(); // Now that a pass is over, nothing of it is to come.
    assertThat(namespacesWithTheEntry())
        .contains(namespace)
        .doesNotContain("default")
        .doesNotContainAnyElementsOf(left);
    startOperator();
    applied(selecting("In", left.toArray(String[]::new)));
    awaitCounts(left.size(), left.size(), 0, 0);
    assertThat(namespacesWithTheEntry()).containsExactlyInAnyOrderElementsOf(left);
    deleted("ClusterRegistryCredential/" + name);
    awaitNoCopies();
  }

  @Test
  void withoutAnyNamespaceItIsReadyAndSaysSo() {
    applyServer();
    applied(wide());
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

  private Manifest.OfCredential selecting(String operator, String... namespaces) {
    return wide()
        .set(
            "spec.namespaceSelector",
            Map.of(
                "matchExpressions",
                List.of(
                    Map.of(
                        "key",
                        "kubernetes.io/metadata.name",
                        "operator",
                        operator,
                        "values",
                        List.of(namespaces)))));
  }
}
