package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator is killed by SIGKILL half-way through a fan-out, and through a withdrawal. */
class ClusterWideKillIT extends ClusterWideScenario {
  private static final int NAMESPACES = 300;

  @Test
  void afterAKillHalfWayAllGetTheirsAndAfterAnotherOneNoCopyIsLeft(@TempDir Path directory)
      throws Exception {
    stopOperator();
    var selected = namespaces(NAMESPACES);
    applyClusterWide("");
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));

    var written = killed(kubeconfig, () -> copies() > NAMESPACES / 3);
    System.out.printf("killed in a fan-out to %d namespaces after %d%n", NAMESPACES, written);
    assertThat(written).as("it was half-way").isBetween(1L, NAMESPACES - 1L);
    startOperator();
    awaitCounts(NAMESPACES, NAMESPACES, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    assertThat(copies()).isEqualTo(NAMESPACES);
    stopOperator();

    client.resources(ClusterRegistryCredential.class).withName(name).delete();
    var left = killed(kubeconfig, () -> copies() < NAMESPACES * 2 / 3);
    System.out.printf("killed in a withdrawal from %d namespaces with %d left%n", NAMESPACES, left);
    assertThat(left).as("it was half-way").isBetween(1L, NAMESPACES - 1L);
    assertThat(client.resources(ClusterRegistryCredential.class).withName(name).get())
        .as("held by its finalizer")
        .isNotNull();
    startOperator();
    await()
        .until(
            () -> client.resources(ClusterRegistryCredential.class).withName(name).get() == null);
    assertThat(copies()).isZero();
    assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isNull());
  }

  /** Runs a process until that is so, kills it, and counts the copies then. */
  private long killed(Path kubeconfig, java.util.concurrent.Callable<Boolean> moment)
      throws Exception {
    try (var operator =
        new OperatorProcess(
            kubeconfig,
            "killed-wide-operator",
            List.of(),
            // One after the other, so that there is a half-way.
            Map.of("REGCRED_THREADS", "1"))) {
      org.awaitility.Awaitility.await()
          .atMost(Patience.LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(moment);
      operator.kill();
      assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
    }
    return copies();
  }
}
