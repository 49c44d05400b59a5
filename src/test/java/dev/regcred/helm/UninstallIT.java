package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The commands of docs/uninstall.md, as they stand there, on a cluster of its own. The operator is
 * a process here, with the rights that the release gives its ServiceAccount.
 */
class UninstallIT {
  private static final String PAGE = "docs/uninstall.md";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @BeforeAll
  static void spareTheClusterOfSomebody() {
    Assumptions.assumeTrue(
        System.getProperty("regcred.kubeconfig", "").isEmpty(),
        "regcred.kubeconfig names a cluster of somebody: nothing is uninstalled there");
  }

  @Test
  void inTheOrderOfThePageNothingIsLeftBehind() throws Exception {
    try (var installed = withCredentials()) {
      installed.run(Page.commands(PAGE, "## In this order"));

      assertThat(installed.kinds()).as("kinds of regcred.dev").isEmpty();
      assertThat(installed.ofTheRelease()).isEmpty();
      assertThat(installed.namespaceExists()).isFalse();
      assertThat(installed.managedSecrets()).isEmpty();
      assertThat(installed.secretExists("retained")).as("as its deletionPolicy says").isTrue();
      assertThat(installed.pullSecretsOfDefault()).isEmpty();
    }
  }

  @Test
  void installedAgainTheOperatorTakesUpWhatWaits() throws Exception {
    try (var installed = withCredentials()) {
      installed.loseOperator();
      installed.kubectl("delete", "-f", "crds", "--wait=false");
      installed.assertNothingGoes();

      installed.install();

      await().atMost(PATIENCE).until(() -> installed.kinds().isEmpty());
      assertThat(installed.managedSecrets()).isEmpty();
      assertThat(installed.pullSecretsOfDefault()).isEmpty();
    }
  }

  @Test
  void byHandEverythingGoesAndWhatStaysIsWhatThePageSays() throws Exception {
    try (var installed = withCredentials()) {
      installed.loseOperator();
      installed.kubectl("delete", "registrycredentials", "--all", "-A", "--wait=false");
      installed.assertNothingGoes();

      installed.run(Page.commands(PAGE, "### By hand"));

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(installed.managedSecrets()).containsOnly("retained"));
      installed.kubectl("delete", "-f", "crds", "--timeout=60s");
      assertThat(installed.kinds()).isEmpty();
      assertThat(installed.pullSecretsOfDefault()).as("nobody took it out").isEqualTo("withdrawn");
      assertThat(installed.run(Page.commands(PAGE, "The annotation `regcred.dev/attached`")))
          .contains(InstalledCluster.NAMESPACE, "[\"withdrawn\"]");

      installed.run(Page.commands(PAGE, "To delete all of them:"));

      assertThat(installed.secretExists("retained")).isFalse();
    }
  }

  private static InstalledCluster withCredentials() throws IOException {
    var installed = InstalledCluster.start("finalizerPolicy.enabled=true", Set.of());
    installed.applyCredentials();
    installed.applyClusterWideCredential();
    assertThat(installed.managedSecrets())
        .containsExactlyInAnyOrder("everywhere", "retained", "withdrawn");
    assertThat(installed.pullSecretsOfDefault()).isEqualTo("withdrawn");
    return installed;
  }
}
