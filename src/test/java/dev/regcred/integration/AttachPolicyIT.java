package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is said of a credential that attaches to Pods, and how it changes over from one way to the
 * other.
 */
class AttachPolicyIT extends AttachScenario {
  @BeforeEach
  void applyAccount() {
    applied(Manifests.registry("main"));
    applySource(CANARY);
    eventually(
        () -> client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
  }

  @Test
  void withoutThePolicyTheSecretIsWrittenAndItIsSaidWhatToApply() {
    applied(ofPods());
    awaitState("pull", "Active", "AttachPolicyMissing");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(conditions("pull")).containsExactly("Ready False", "Stalled True");
    assertThat(message("pull", "Ready"))
        .startsWith("Secret pull is right, but new Pods do not get it: there is no " + POLICY)
        .contains("Apply deploy/optional/attach.yaml");
    eventually(() -> pullSecretsOfANewPod(Map.of()).isEmpty());

    applyPolicies();
    awaitState("pull", "Active", "Active");
    assertThat(message("pull", "Ready")).endsWith("Every new Pod gets it.");
    eventually(() -> pullSecretsOfANewPod(Map.of()).equals(List.of("pull")));

    policyObject(BINDING, "regcred-pods").delete();
    awaitState("pull", "Active", "AttachPolicyMissing");
    assertThat(message("pull", "Ready")).contains("there is no " + BINDING + " regcred-pods.");
  }

  @Test
  void onePolicyIsNotTheOther() {
    applyPolicies();
    policyObject(POLICY, "regcred-pods-cluster").delete();
    namespaces(1);
    applyClusterWide(wide().set("spec.attach", "Pods"));
    applied(ofPods());

    awaitWide(LifecycleState.ACTIVE, "AttachPolicyMissing");
    assertThat(wideReady().message()).contains(POLICY + " regcred-pods-cluster");
    awaitCounts(1, 1, 0, 0);
    awaitState("pull", "Active", "Active");
    applyPolicies();
    awaitWide(LifecycleState.ACTIVE, "Active");
  }

  @Test
  void aPolicyThatSomebodyHasEditedIsSaid() {
    applyPolicies();
    applied(ofPods());
    awaitState("pull", "Active", "Active");

    edit(POLICY, "[{\"op\": \"remove\", \"path\": \"/spec/matchConditions/0\"}]");
    awaitState("pull", "Active", "AttachPolicyDiffers");
    assertThat(message("pull", "Ready")).contains(POLICY + " regcred-pods is not the one");
    applyPolicies();
    awaitState("pull", "Active", "Active");
    edit(
        BINDING,
        "[{\"op\": \"add\", \"path\": \"/spec/matchResources\", \"value\":"
            + " {\"namespaceSelector\": {\"matchLabels\": {\"a\": \"b\"}}}}]");
    awaitState("pull", "Active", "AttachPolicyDiffers");
    assertThat(message("pull", "Ready")).contains(BINDING + " regcred-pods is not the one");
  }

  /**
   * Pods are created all the same, without what the policy would add.
   *
   * @param what the part of the policy that somebody breaks
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a patch that can't be applied | /spec/mutations/0/jsonPatch/expression"
            + " | \"[JSONPatch{op: 'remove', path: '/spec/nothing'}]\"",
        "a condition that can't be computed | /spec/matchConditions/0/expression"
            + " | \"object.metadata.labels['nothing'] == ''\"",
        "a kind of parameters whose CRD is gone | /spec/paramKind/kind | \"Nothing\"",
      })
  void aPolicyThatIsBrokenStopsNoPod(String what, String path, String value) {
    applyPolicies();
    applied(ofPods());
    awaitState("pull", "Active", "Active");
    eventually(() -> pullSecretsOfANewPod(Map.of()).equals(List.of("pull")));

    edit(POLICY, "[{\"op\": \"replace\", \"path\": \"%s\", \"value\": %s}]".formatted(path, value));
    eventually(() -> pullSecretsOfANewPod(Map.of()).isEmpty());
    awaitState("pull", "Active", "AttachPolicyDiffers");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void whileItChangesOverToPodsThereIsAlwaysOneWay() {
    applied(Manifests.credential("pull").serviceAccounts("default"));
    awaitState("pull", "Active", "Active");
    assertThat(message("pull", "Ready")).contains("Pods that are older");
    assertThat(attached()).containsExactly("pull");

    applied(ofPods());
    awaitState("pull", "Active", "AttachPolicyMissing");
    assertThat(attached()).as("nothing else gives it to Pods").containsExactly("pull");
    applyPolicies();
    awaitState("pull", "Active", "Active");
    await()
        .failFast("a new Pod goes without", () -> pullSecretsOfANewPod(Map.of()).isEmpty())
        .until(() -> attached().isEmpty());
    assertThat(pullSecretsOfANewPod(Map.of())).containsExactly("pull");
  }

  @Test
  void whileItChangesOverToServiceAccountsThePolicyGoesOnUntilTheseHaveIt() {
    applyPolicies();
    applied(ofPods());
    awaitState("pull", "Active", "Active");
    eventually(() -> pullSecretsOfANewPod(Map.of()).equals(List.of("pull")));
    stopOperator();

    applied(Manifests.credential("pull").serviceAccounts("default"));
    assertThat(attached()).isEmpty();
    assertThat(pullSecretsOfANewPod(Map.of())).containsExactly("pull");
    startOperator();
    await()
        .failFast("a new Pod goes without", () -> pullSecretsOfANewPod(Map.of()).isEmpty())
        .until(() -> status("pull").podsAttachedTime() == null);
    assertThat(attached()).containsExactly("pull");
    awaitState("pull", "Active", "Active");
  }

  @Test
  void inactiveKeepsTheWiringAndRemovedEndsIt() {
    applyPolicies();
    applied(ofPods());
    awaitState("pull", "Active", "Active");
    eventually(() -> pullSecretsOfANewPod(Map.of()).equals(List.of("pull")));

    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(pullSecretsOfANewPod(Map.of())).containsExactly("pull");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    assertThat(status("pull").podsAttachedTime()).isNull();
    eventually(() -> pullSecretsOfANewPod(Map.of()).isEmpty());
  }

  @Test
  void oneMoreThanCostLittleSaysWhatTheyCostUntilThereAreFewer() {
    applyPolicies();
    var many = AttachPolicy.InForce.MANY;
    for (int i = 0; i <= many; i++) {
      applied(ofPods("pull-%02d".formatted(i)));
    }
    var last = "pull-%02d".formatted(many);
    await()
        .untilAsserted(
            () ->
                assertThat(message(last, "Ready"))
                    .contains(
                        "Every new Pod gets it. 20 or more older RegistryCredentials of this"
                            + " namespace are attached to Pods"));
    awaitState(last, "Active", "Active");
    var beforeIt = "pull-%02d".formatted(many - 1);
    awaitState(beforeIt, "Active", "Active");
    assertThat(message(beforeIt, "Ready")).endsWith("Every new Pod gets it.");

    client.resources(RegistryCredential.class).inNamespace(namespace).withName("pull-00").delete();
    await()
        .untilAsserted(() -> assertThat(message(last, "Ready")).endsWith("Every new Pod gets it."));
  }

  private static Manifest.OfCredential ofPods() {
    return ofPods("pull");
  }

  private static Manifest.OfCredential ofPods(String credential) {
    return Manifests.credential(credential).set("spec.attach", "Pods");
  }

  private void edit(String kind, String patch) {
    installation
        .cluster()
        .kubectl()
        .ok(
            "patch",
            kind.toLowerCase(java.util.Locale.ROOT),
            "regcred-pods",
            "--type=json",
            "-p",
            patch);
  }

  private List<String> attached() {
    ServiceAccount account =
        client.serviceAccounts().inNamespace(namespace).withName("default").require();
    return account.getImagePullSecrets().stream().map(LocalObjectReference::getName).toList();
  }
}
