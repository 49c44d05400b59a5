package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
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
    assertThat(existingRegistry("main").getMetadata().getFinalizers()).containsExactly(FINALIZER);
    assertThat(existing("pull").getMetadata().getFinalizers()).containsExactly(FINALIZER);
    startOperator();

    awaitState("pull", "Active", "Active");

    assertThat(existing("pull").getMetadata().getFinalizers()).containsExactly(FINALIZER);
    assertOnlyTheStatusWasWritten("RegistryCredential", "pull");
    assertOnlyTheStatusWasWritten("Registry", "main");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    deleted("RegistryCredential/pull");
    assertThat(secretNamed("pull")).isNull();
    deleted("Registry/main");
  }

  /** Our own classes leave out who wrote what. */
  private void assertOnlyTheStatusWasWritten(String kind, String name) {
    var resource =
        client
            .genericKubernetesResources("regcred.dev/v1alpha1", kind)
            .inNamespace(namespace)
            .withName(name)
            .get();
    assertThat(resource.getMetadata().getManagedFields())
        .filteredOn(entry -> entry.getManager().equals(Installation.OPERATOR_FIELD_MANAGER))
        .extracting(ManagedFieldsEntry::getSubresource)
        .as("what the operator wrote of the %s", kind)
        .containsExactly("status");
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
