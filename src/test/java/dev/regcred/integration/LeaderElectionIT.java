package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.await;
import static dev.regcred.integration.OperatorScenario.config;
import static dev.regcred.integration.OperatorScenario.credential;
import static dev.regcred.integration.OperatorScenario.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.leader.LeaseSettings;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators as processes of their own that take turns. What a change of the leader takes is
 * printed; docs/leader-election.md has it for 20 kills ({@code -Dregcred.failover.kills=20}).
 */
class LeaderElectionIT {
  private static final int KILLS = Integer.getInteger("regcred.failover.kills", 2);

  /**
   * Lease duration, renew deadline and retry period in seconds for what needs no Lease to run out:
   * so long that a busy machine renews it in time.
   */
  private static final String LONG = "60/40/1";

  /** For what does: the leader has five seconds to renew it. */
  private static final String SHORT = "6/5/1";

  private static final String SETTINGS = System.getProperty("regcred.failover.lease", SHORT);

  /**
   * What may pass between the end of a Lease and the next leader's first write, besides the retry
   * period: how long a busy machine takes for what takes milliseconds.
   */
  private static final Duration SLACK = Patience.LIMIT.dividedBy(6);

  /** How often the load rotates: there is always something under way, and room for others. */
  private static final Duration PACE = Duration.ofMillis(50);

  private static final int CREDENTIALS = 12;
  private static final int LOADS = 3;

  private final Installation installation = Installation.shared();
  private final TestNamespace namespace = TestNamespace.create(installation.admin());
  private final List<OperatorProcess> started = new ArrayList<>();

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void applyWorkingSet() {
    namespace.apply(REGISTRY + CrashScenarios.source(CANARY) + "---\n" + credential(""));
  }

  @AfterEach
  void cleanUp() {
    started.forEach(OperatorProcess::close);
    lease().delete();
    namespace.close();
  }

  @Test
  void aStoppedLeaderHandsOverLongBeforeItsLeaseRunsOut() throws IOException {
    var first = start(LONG);
    awaitLeading(first);
    awaitContent(CANARY);
    var second = start(LONG);
    awaitReady(second);
    assertThat(leads(second)).as("the standby leads").isFalse();

    var since = System.nanoTime();
    first.stop();
    awaitLeading(second);
    var leading = millisSince(since);
    rotate(CANARY + "-next");
    awaitContent(CANARY + "-next");

    System.out.printf(
        "a stopped leader: the standby leads %d ms after SIGTERM and has rotated after %d ms%n",
        leading, millisSince(since));
    assertThat(Duration.ofMillis(leading))
        .as("the Lease lasts 60 s")
        .isLessThan(settings(LONG).duration().dividedBy(2));
    eventually(() -> !first.isAlive());
    assertThat(first.log()).contains("Released the lead").doesNotContain("ERROR");
  }

  @Test
  void aKilledLeaderIsReplacedWhenItsLeaseHasRunOut() throws Exception {
    var settings = settings(SETTINGS);
    var leader = start(SETTINGS);
    awaitLeading(leader);
    var outages = new ArrayList<Long>();
    for (int kill = 1; kill <= KILLS; kill++) {
      var standby = start(SETTINGS);
      awaitReady(standby);
      var password = CANARY + "-" + kill;
      var since = System.nanoTime();
      leader.kill();
      var renewed = lease().require().getSpec().getRenewTime();
      rotate(password);
      awaitContent(password);
      outages.add(millisSince(since));
      var idle = Duration.between(renewed, lease().require().getSpec().getAcquireTime());
      System.out.printf(
          "a killed leader (%s s), %d of %d: a rotation is written after %d ms, the Lease taken %d"
              + " ms after it was renewed%n",
          SETTINGS, kill, KILLS, outages.getLast(), idle.toMillis());
      assertThat(idle)
          .as("from the last renewal until another one has the Lease")
          .isBetween(
              settings.duration(), settings.duration().plus(settings.retryPeriod()).plus(SLACK));
      leader = standby;
    }
    var most = settings.duration().plus(settings.retryPeriod()).plus(SLACK);
    System.out.printf(
        "killed leaders (%s s): %d, replaced within %d ms; lease duration and retry period are %d"
            + " ms%n",
        SETTINGS,
        KILLS,
        outages.stream().mapToLong(Long::longValue).max().orElse(0),
        most.minus(SLACK).toMillis());
    assertThat(outages).allSatisfy(outage -> assertThat(outage).isLessThan(most.toMillis()));
  }

  @Test
  void aLeaderThatWasPausedDoesNoHarmWhenItGoesOn() throws Exception {
    var paused = start(SHORT);
    awaitLeading(paused);
    IntStream.range(0, CREDENTIALS).forEach(i -> namespace.apply(credential(name(i), "")));
    awaitContent(CANARY);
    var standby = start(SHORT);
    awaitReady(standby);

    var rotations = new AtomicInteger();
    try (var load = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          load.scheduleWithFixedDelay(
              () -> rotate(rotations), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
      try {
        eventually(() -> rotations.get() > LOADS);
        paused.pause();
        awaitLeading(standby);
        for (int i = 0; i < CREDENTIALS; i += LOADS) {
          namespace.delete("RegistryCredential", name(i));
          namespace.declare("RegistryCredential", name(i + 1), "Inactive");
        }
        var before = rotations.get();
        eventually(() -> rotations.get() > before + LOADS);
        paused.resume();
        eventually(() -> !paused.isAlive());
      } finally {
        load.shutdown(); // What is under way comes to its end; close waits for it.
      }
    }

    assertThat(paused.log()).contains("Another operator leads");
    assertThat(leads(standby)).as("the standby still leads: %s", standby.log()).isTrue();
    var last = config(CANARY + "-" + rotations.get());
    await()
        .untilAsserted(
            () -> {
              var world = World.read(namespace);
              for (int i = 0; i < CREDENTIALS; i += LOADS) {
                assertThat(world.summary("Secret/" + name(i))).isEqualTo("absent");
                assertThat(world.summary("RegistryCredential/" + name(i))).isEqualTo("absent");
                assertThat(world.summary("Secret/" + name(i + 1)))
                    .isEqualTo(OperatorScenario.BLANK);
                assertThat(world.summary("Secret/" + name(i + 2))).isEqualTo(last);
              }
              assertThat(world.summary("Secret/pull")).isEqualTo(last);
            });
  }

  @Test
  void whoLosesTheLeaseWritesNothingMore() throws Exception {
    var isSuperseded = new CountDownLatch(1);
    var settings =
        new OperatorConfig(
            0, Set.of(namespace.name()), 2, "regcred-system", "sources", settings(LONG));
    try (var _ =
        RunningOperator.start(settings, installation.operatorConfig(), isSuperseded::countDown)) {
      awaitContent(CANARY);
      // Who writes to the Lease without taking it does not matter.
      var renewed = version();
      lease().edit(found -> labelled(found));
      eventually(
          () -> !version().equals(renewed) && lease().require().getMetadata().getLabels() != null);
      rotate(CANARY + "-1");
      awaitContent(CANARY + "-1");

      lease()
          .edit(
              found -> {
                found.getSpec().setHolderIdentity("somebody");
                return found;
              });

      eventually(() -> isSuperseded.getCount() == 0);
      rotate(CANARY + "-2");
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> World.secret(namespace, "pull").equals(config(CANARY + "-1")));
    }
    assertThat(lease().require().getSpec().getHolderIdentity()).isEqualTo("somebody");
  }

  private static Lease labelled(Lease lease) {
    lease.getMetadata().setLabels(Map.of("team", "registry"));
    return lease;
  }

  private Resource<Lease> lease() {
    return installation.admin().leases().inNamespace("regcred-system").withName("regcred-operator");
  }

  private String version() {
    return lease().require().getMetadata().getResourceVersion();
  }

  private OperatorProcess start(String lease) throws IOException {
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    var times = lease.split("/", -1);
    var process =
        new OperatorProcess(
            kubeconfig,
            "elected-operator-" + started.size(),
            List.of(),
            Map.of(
                "REGCRED_WATCH_NAMESPACES", namespace.name(),
                "REGCRED_LEADER_ELECTION", "true",
                "REGCRED_LEASE_SECONDS", times[0],
                "REGCRED_LEASE_RENEW_SECONDS", times[1],
                "REGCRED_LEASE_RETRY_SECONDS", times[2]));
    started.add(process);
    return process;
  }

  private static LeaseSettings settings(String lease) {
    var times = lease.split("/", -1);
    return new LeaseSettings(
        Duration.ofSeconds(Long.parseLong(times[0])),
        Duration.ofSeconds(Long.parseLong(times[1])),
        Duration.ofSeconds(Long.parseLong(times[2])));
  }

  private static boolean leads(OperatorProcess operator) {
    return new Meters(operator.httpPort()).value("regcred_leader") == 1;
  }

  private static void awaitLeading(OperatorProcess operator) {
    awaitReady(operator);
    eventually(() -> leads(operator));
  }

  /** Its caches have synced; it says its port only then. */
  private static void awaitReady(OperatorProcess operator) {
    assertThat(operator.httpPort()).isPositive();
  }

  private void rotate(String password) {
    namespace.apply(CrashScenarios.source(password));
  }

  /** Counted once it is done. */
  private void rotate(AtomicInteger rotations) {
    rotate(CANARY + "-" + (rotations.get() + 1));
    rotations.incrementAndGet();
  }

  private void awaitContent(String password) {
    await().until(() -> World.secret(namespace, "pull").equals(config(password)));
  }

  private static String name(int i) {
    return "c" + i;
  }

  private static long millisSince(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
  }
}
