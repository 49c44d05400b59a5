package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The optional policy that stamps the finalizer, which saves the operator a write. */
class FinalizerPolicyIT extends OperatorScenario {
  private static final String POLICY = "deploy/optional/finalizer.yaml";

  @BeforeEach
  void applyPolicy() {
    installation.cluster().kubectl().ok("apply", "-f", POLICY);
    eventually(() -> stampedOnTrial().contains("regcred.dev/finalizer"));
  }

  @AfterEach
  void removePolicy() {
    installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", POLICY);
    eventually(() -> !stampedOnTrial().contains("regcred.dev/finalizer"));
  }

  @Test
  void aStampedCredentialBecomesActiveWithoutAWriteForTheFinalizerAndCanBeDeleted() {
    stopOperator();
    applyWorkingSet();
    for (var resource : new String[] {"registry/main", "regcred/pull"}) {
      assertThat(kubectl("get", resource, "-o", "jsonpath={.metadata.finalizers}"))
          .isEqualTo("[\"regcred.dev/finalizer\"]");
    }
    startOperator();

    awaitState("pull", "Active", "Active");

    assertThat(existing("pull").getMetadata().getFinalizers())
        .containsExactly("regcred.dev/finalizer");
    assertThat(existing("pull").getMetadata().getManagedFields())
        .as("writes of the operator")
        .filteredOn(entry -> "regcred".equals(entry.getManager()))
        .allSatisfy(entry -> assertThat(entry.getSubresource()).isEqualTo("status"));
    assertThat(content("pull")).isEqualTo(config(CANARY));
    kubectl("delete", "regcred/pull", "registry/main", Patience.TIMEOUT_FLAG);
    assertThat(secretNamed("pull")).isNull();
  }

  /** Nothing is stored. */
  private String stampedOnTrial() {
    return installation
        .cluster()
        .kubectl()
        .runWithInput(
            REGISTRY.replace("name: main", "name: trial"),
            "-n",
            namespace,
            "create",
            "--dry-run=server",
            "-o",
            "jsonpath={.metadata.finalizers}",
            "-f",
            "-")
        .stdout();
  }
}
