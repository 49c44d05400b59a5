package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator is killed by SIGKILL half-way through a fan-out, and through a withdrawal: when a
 * write in one of the namespaces is on its way, and those before it are done.
 */
class ClusterWideKillIT extends ClusterWideScenario {
  private static final int NAMESPACES = 60;
  private static final int HALF = NAMESPACES / 2;

  @Test
  void afterAKillHalfWayAllGetTheirsAndAfterAnotherOneNoCopyIsLeft(@TempDir Path directory)
      throws Exception {
    stopOperator();
    var selected = namespaces(NAMESPACES);
    applyClusterWide();

    killAtWrite("POST", directory);
    assertThat(copies()).as("written before the kill").isEqualTo(HALF);
    startOperator();
    awaitCounts(NAMESPACES, NAMESPACES, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    assertThat(copies()).isEqualTo(NAMESPACES);
    stopOperator();

    client.resources(ClusterRegistryCredential.class).withName(name).delete();
    killAtWrite("DELETE", directory);
    assertThat(copies()).as("left after the kill").isEqualTo(NAMESPACES - HALF);
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

  /** Runs a process, and kills it when the next write after half of them is on its way. */
  private void killAtWrite(String method, Path directory) throws Exception {
    var copies = new AtomicInteger();
    try (var proxy = new FaultProxy(installation.operatorConfig())) {
      proxy.rule(
          request ->
              request.method().equals(method)
                      && request.path().contains("/namespaces/" + name)
                      && request.path().contains("/secrets")
                      && copies.incrementAndGet() > HALF
                  ? new Fault.Silence()
                  : Fault.none());
      var kubeconfig =
          installation.writeKubeconfig(
              directory.resolve("kubeconfig"), proxy.config().getMasterUrl());
      // One after the other, so that all before it are done.
      try (var operator =
          new OperatorProcess(
              kubeconfig, "killed-wide-operator", List.of(), Map.of("REGCRED_THREADS", "1"))) {
        eventually(() -> copies.get() > HALF);
        operator.kill();
        assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
      }
    }
  }
}
