package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The operator of one namespace works with the Roles that the chart gives it there, and no more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamespacedIT {
  private static final String ELSEWHERE = "default";

  private InstalledCluster installed;

  @BeforeAll
  void install() throws IOException {
    installed =
        InstalledCluster.start(
            "watchNamespaces={%s}".formatted(InstalledCluster.NAMESPACE),
            Set.of(InstalledCluster.NAMESPACE));
  }

  @AfterAll
  void close() {
    installed.close();
  }

  @Test
  void itsRolesAreEnoughForALifeFromCreationToDeletion() {
    installed.applyCredentials();

    assertThat(installed.isReady()).isTrue();
    assertThat(installed.managedSecrets()).containsExactlyInAnyOrder("retained", "withdrawn");
    assertThat(installed.pullSecretsOfDefault()).isEqualTo("withdrawn");

    installed.kubectl(
        "delete",
        "registrycredentials,registries",
        "--all",
        "--timeout=60s",
        "-n",
        InstalledCluster.NAMESPACE);

    assertThat(installed.managedSecrets()).isEmpty();
    assertThat(installed.secretExists("retained")).isTrue();
    assertThat(installed.pullSecretsOfDefault()).isEmpty();
  }

  @Test
  void elsewhereItMayNothing() {
    assertThat(installed.may("get", "secrets", InstalledCluster.NAMESPACE)).isTrue();
    for (var kind : List.of("secrets", "serviceaccounts", "registries", "namespaces")) {
      for (var verb : List.of("get", "list", "watch", "create", "patch", "delete")) {
        assertThat(installed.may(verb, kind, ELSEWHERE)).as(verb + " " + kind).isFalse();
      }
    }
  }
}
