package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What {@code attach: Pods} comes to on the API server at hand: from Kubernetes 1.36 on Pods get
 * the pull Secret; an older one has no such policies, and that is said, with the way that it has.
 */
class AttachVersionIT extends AttachScenario {
  @Test
  void anApiServerEitherHasThePoliciesOrItIsSaidWhatToDo() {
    var applied = installation.cluster().kubectl().run("apply", "-f", POLICIES);
    applied(Manifests.registry("main"));
    applySource(CANARY);
    applied(Manifests.credential("pull").set("spec.attach", "Pods"));
    eventually(
        () -> client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
    if (client.supports(API, POLICY)) {
      awaitState("pull", "Active", "Active");
      eventually(() -> pullSecretsOfANewPod(Map.of()).contains("pull"));
      return;
    }
    assertThat(applied.exitCode()).isNotZero();
    assertThat(applied.stderr()).contains("no matches for kind \"" + POLICY + "\"");
    awaitState("pull", "Active", "AttachPolicyMissing");
    assertThat(message("pull", "Ready"))
        .contains("no MutatingAdmissionPolicy in " + API, "Set spec.attach to ServiceAccounts");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(pullSecretsOfANewPod(Map.of())).isEmpty();

    applied(Manifests.credential("pull").serviceAccounts("default"));
    awaitState("pull", "Active", "Active");
    assertThat(
            client
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .require()
                .getImagePullSecrets())
        .contains(new LocalObjectReference("pull"));
  }
}
