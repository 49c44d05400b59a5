package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  /** The label that selects it comes after all that are read of a namespace. */
  @Test
  void aNamespaceWithMoreLabelsThanAreServedKeepsItsCopyUntilTheyAreKnownAgain() {
    var large = namespaces(1).getFirst();
    applyClusterWide();
    awaitCounts(1, 1, 0, 0);
    var uid = copy(large).getMetadata().getUid();
    var many =
        IntStream.range(0, 70)
            .boxed()
            .collect(Collectors.toMap(i -> "label-" + i, String::valueOf));
    client
        .namespaces()
        .withName(large)
        .edit(
            (Namespace n) ->
                new NamespaceBuilder(n).editMetadata().addToLabels(many).endMetadata().build());
    var other = name + "-other"; // It comes behind that change.
    createSelected(other);
    awaitCounts(2, 2, 0, 0);
    applyWideSource(CANARY + "-rotated");
    await()
        .untilAsserted(
            () ->
                assertThat(List.of(large, other))
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-rotated")));
    assertThat(copy(large).getMetadata().getUid()).isEqualTo(uid);
    client
        .namespaces()
        .withName(large)
        .edit(
            (Namespace n) ->
                new NamespaceBuilder(n)
                    .editMetadata()
                    .removeFromLabels(many)
                    .addToLabels("wide", "no")
                    .endMetadata()
                    .build());
    awaitCounts(1, 1, 0, 0);
    assertThat(pullIn(large)).isNull();
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
