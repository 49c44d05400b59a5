package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator as a process of its own is killed by SIGKILL again and again, at any time, while
 * things change. After every few rounds all is as declared, and after each the password is nowhere
 * where it must not be.
 *
 * <p>{@code -Dregcred.kill.seed} repeats what is declared. When each kill comes is in the hands of
 * the machine and is not repeated by it: a failure tells the rounds that led to it.
 */
class KillIT {
  private static final int ROUNDS = Integer.getInteger("regcred.kill.rounds", 15);
  private static final int ROUNDS_UNTIL_LOOK = 5;
  private static final int CHANGES_A_ROUND = 3;

  /** Counted from when the operator writes, so that it is killed while it works, and soon after. */
  private static final int LONGEST_LIFE_MILLIS = 1_000;

  /** Of so many rounds one is counted from its start, and so that it is killed while it starts. */
  private static final int ROUNDS_UNTIL_EARLY = 5;

  private final Installation installation = Installation.shared();
  @AutoClose private final FaultProxy proxy;
  @AutoClose private final TestNamespace namespace = TestNamespace.create(installation.admin());
  private final RandomTeam team = new RandomTeam(installation.admin(), namespace);

  /** What each round was, for people. */
  private final List<String> history = new ArrayList<>();

  KillIT() throws IOException {
    proxy = new FaultProxy(installation.operatorConfig());
  }

  @Test
  void whateverTheProcessDiesOfAllIsAsDeclaredInTheEnd(@TempDir Path directory) throws Exception {
    var seed = Long.getLong("regcred.kill.seed", System.nanoTime());
    var random = new Random(seed);
    history.add("changes of -Dregcred.kill.seed=" + seed);
    System.out.println("kill -9: " + history.getFirst());
    var kubeconfig =
        installation.writeKubeconfig(
            directory.resolve("kubeconfig"), proxy.config().getMasterUrl());
    var workingKills = 0;
    team.setUp();
    for (int round = 1; round <= ROUNDS; round++) {
      workingKills += killed(kubeconfig, random, round) > 0 ? 1 : 0;
      assertThat(CanaryRule.violations(namespace, World.read(namespace), Set.of()))
          .as("places with a password after %s", history)
          .isEmpty();
    }
    try (var operator = start(kubeconfig)) {
      awaitAsDeclared(operator);
    }
    System.out.printf(
        "kill -9: %d rounds, in %d of them the operator had written since the first change%n",
        ROUNDS, workingKills);
    assertThat(workingKills)
        .as("kills of an operator that had written since the first change, of %s", history)
        .isGreaterThan(ROUNDS / 2);
  }

  /**
   * Starts an operator, declares something else, and kills it.
   *
   * @return how many writes it has sent since
   */
  private long killed(Path kubeconfig, Random random, int round) throws InterruptedException {
    try (var operator = start(kubeconfig)) {
      if (round % ROUNDS_UNTIL_LOOK == 1) {
        awaitAsDeclared(operator);
      }
      var before = proxy.writes();
      var life = random.nextInt(LONGEST_LIFE_MILLIS);
      for (int change = 0; change < CHANGES_A_ROUND; change++) {
        team.change(random);
        if (change == 0 && round % ROUNDS_UNTIL_EARLY != 0) {
          await().until(() -> proxy.writes() > before);
        }
        // It waits for nothing: when a change meets the process, and when the process dies, is to
        // be at random.
        Thread.sleep(life / CHANGES_A_ROUND);
      }
      operator.kill();
      var writes = proxy.writes() - before;
      history.add("%d: %d ms, %d writes".formatted(round, life, writes));
      assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
      return writes;
    }
  }

  private void awaitAsDeclared(OperatorProcess operator) {
    await()
        .untilAsserted(
            () -> {
              assertThat(operator.isAlive()).isTrue();
              team.assertAsDeclared(history);
            });
  }

  private OperatorProcess start(Path kubeconfig) {
    return new OperatorProcess(
        kubeconfig,
        "killed-operator",
        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        namespace.name());
  }
}
