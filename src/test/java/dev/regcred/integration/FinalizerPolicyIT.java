package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The optional policy that stamps the finalizer, which saves the operator a write. */
class FinalizerPolicyIT extends OperatorScenario {
  private static final String FINALIZER = "regcred.dev/finalizer";
  private static final String POLICY = "deploy/optional/finalizer.yaml";

  @BeforeEach
  void applyPolicy() {
    installation.cluster().kubectl().ok("apply", "-f", POLICY);
    eventually(() -> isStampedOnTrial());
  }

  @AfterEach
  void removePolicy() {
    installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", POLICY);
    eventually(() -> !isStampedOnTrial());
  }

  @Test
  void aStampedCredentialBecomesActiveWithoutAWriteForTheFinalizerAndCanBeDeleted() {
    stopOperator();
    applyWorkingSet();
    assertThat(registry().getMetadata().getFinalizers()).containsExactly(FINALIZER);
    assertThat(existing("pull").getMetadata().getFinalizers()).containsExactly(FINALIZER);
    startOperator();

    awaitState("pull", "Active", "Active");

    assertThat(existing("pull").getMetadata().getFinalizers()).containsExactly(FINALIZER);
    assertOnlyTheStatusWasWritten(existing("pull"));
    assertOnlyTheStatusWasWritten(registry());
    assertThat(content("pull")).isEqualTo(config(CANARY));
    deleted("RegistryCredential/pull");
    assertThat(secretNamed("pull")).isNull();
    deleted("Registry/main");
  }

  private static void assertOnlyTheStatusWasWritten(HasMetadata resource) {
    assertThat(resource.getMetadata().getManagedFields())
        .extracting(entry -> entry.getManager() + " " + entry.getSubresource())
        .as("writes")
        .containsExactlyInAnyOrder("test null", Installation.OPERATOR_FIELD_MANAGER + " status");
  }

  private Registry registry() {
    return present(
        client.resources(Registry.class).inNamespace(namespace).withName("main").get(), "Registry");
  }

  /** Nothing is stored. */
  private boolean isStampedOnTrial() {
    return client
        .resource(Manifests.registry("trial").yaml())
        .inNamespace(namespace)
        .dryRun()
        .create()
        .getMetadata()
        .getFinalizers()
        .contains(FINALIZER);
  }
}
