package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.testkit.InProcessOperator;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An operator of the whole cluster and one of a team's namespace alone, which knows nothing of the
 * cluster-wide kinds: what both write there holds what both serve.
 */
class TwoOperatorsIT extends ClusterWideScenario {
  private final InProcessOperator team =
      new InProcessOperator(
          new OperatorConfig(0, Set.of(namespace), 4), installation.operatorConfig());

  @AfterEach
  void stopTeam() {
    team.stop();
  }

  @Test
  void theTeamsOneKeepsTheEntryOfAClusterWideCredentialThatItCannotKnow() {
    shareWithTheTeam();
    var owners = copy(namespace).getMetadata().getOwnerReferences();

    applySource(CANARY + "-2");

    await().untilAsserted(() -> assertThat(pullIn(namespace)).contains(CANARY + "-2"));
    assertThat(pullIn(namespace)).contains("\"" + server() + "\"");
    assertThat(copy(namespace).getMetadata().getOwnerReferences()).isEqualTo(owners);
    assertThat(copy(namespace).getMetadata().getLabels()).containsEntry("from", "everywhere");
    assertThat(pullSecretsOfRunner()).containsExactly("pull");
    var uid = copy(namespace).getMetadata().getUid();
    deleted("RegistryCredential/pull");
    assertThat(pullIn(namespace))
        .contains("\"" + server() + "\"")
        .doesNotContain("registry.example");
    assertThat(copy(namespace).getMetadata().getUid()).isEqualTo(uid);
    assertThat(pullSecretsOfRunner()).containsExactly("pull");
  }

  @Test
  void togetherTheyDoNotFight() {
    shareWithTheTeam();
    startOperator();

    applySource(CANARY + "-2");
    applyWideSource(CANARY + "-wide");

    await()
        .untilAsserted(
            () -> assertThat(pullIn(namespace)).contains(CANARY + "-2", CANARY + "-wide"));
    declareWide("Inactive");
    await()
        .untilAsserted(
            () -> assertThat(pullIn(namespace)).contains(CANARY + "-2").doesNotContain(server()));
    declareWide("Active");
    await()
        .untilAsserted(
            () -> assertThat(pullIn(namespace)).contains(CANARY + "-2", CANARY + "-wide"));
    assertThat(copy(namespace).getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getName)
        .containsExactlyInAnyOrder("pull", name);
    stopOperator();
    team.stop();
    eachPassesOnce();
    var settled = copy(namespace).getMetadata().getResourceVersion();
    eachPassesOnce();
    assertThat(copy(namespace).getMetadata().getResourceVersion()).isEqualTo(settled);
  }

  /** One after the other looks at all that it serves, and puts right what it finds wrong. */
  private void eachPassesOnce() {
    team.start();
    var passes = new Meters(team.httpPort());
    await().until(() -> passes.passes("RegistryCredential") > 0);
    team.stop();
    passOnce("RegistryCredential", "ClusterRegistryCredential");
  }

  /** The team's one can only say that it knows no ClusterRegistry. */
  @Test
  void aCredentialOfAClusterRegistryIsLeftToTheOneThatKnowsIt() {
    applyServer();
    applySource(CANARY);
    applied(Manifests.credential("pull").clusterRegistry(name));
    awaitState("pull", "Active", "Active");
    var before = existing("pull").getMetadata().getResourceVersion();

    team.start();

    var passes = new Meters(team.httpPort());
    await().until(() -> passes.passes("RegistryCredential") > 0);
    assertThat(existing("pull").getMetadata().getResourceVersion()).isEqualTo(before);
    patch("RegistryCredential/pull", "{\"spec\":{\"email\":\"other@example.com\"}}");
    await().untilAsserted(() -> assertThat(pullIn(namespace)).contains("other@example.com"));
    await()
        .untilAsserted(
            () -> {
              var status = present(existing("pull").getStatus(), "status");
              assertThat(status.observedGeneration())
                  .isEqualTo(existing("pull").getMetadata().getGeneration());
              assertThat(ready(status).reason()).isEqualTo("Active");
            });
  }

  /** The team's operator runs alone then. */
  private void shareWithTheTeam() {
    label(namespace, name);
    applied("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner}");
    applyClusterWide(wide().targetLabel("from", "everywhere").serviceAccounts("runner"));
    await().untilAsserted(() -> assertThat(pullSecretsOfRunner()).containsExactly("pull"));
    awaitCounts(1, 1, 0, 0);
    stopOperator();
    team.start();
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    assertThat(pullIn(namespace)).contains("\"" + server() + "\"", "\"registry.example.com\"");
  }

  private List<String> pullSecretsOfRunner() {
    return present(
            client.serviceAccounts().inNamespace(namespace).withName("runner").get(), "runner")
        .getImagePullSecrets()
        .stream()
        .map(LocalObjectReference::getName)
        .toList();
  }
}
