package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator lives for a while among all that is thrown at it together: teams that change what
 * they declare, rotations of a cluster-wide credential, namespaces that come and go, a hostile
 * tenant, an API server that fails, is silent, loses answers, cuts connections or stands still, and
 * in the first half kills and restarts of the operator. Each time that the faults pause all is as
 * declared, and in the second half the operator's memory does not grow. On a cluster of its own.
 *
 * <p>It takes {@code -Dregcred.soak.seconds}. {@code -Dregcred.soak.seed} repeats what is done;
 * when it meets the operator is the machine's.
 */
class SoakIT {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("regcred.soak.seconds", 40));

  /** How long things go on without a look at the whole. */
  private static final Duration UNTIL_LOOK = Duration.ofSeconds(15);

  /** Between two things that happen. */
  private static final Duration STEP = Duration.ofMillis(150);

  private static final int TEAMS = 4;
  private static final int MOST_COPIES = 8;
  private static final String NAME = "soak";
  private static final String SOURCES = "regcred-system";

  /** What the heap may have grown by in the second half: classes and code that come late. */
  private static final long NOISE = 6 << 20;

  /** The same of the memory of the machine, which the JVM gives back when it pleases. */
  private static final long RESIDENT_NOISE = 40 << 20;

  private static final int MOST_HISTORY = 40;

  private static final List<Function<ApiRequest, Fault>> FAULTS =
      List.of(
          _ -> Fault.status(503, "ServiceUnavailable", "the server is starting"),
          _ -> Fault.tooManyRequests(1),
          request -> request.isWrite() ? new Fault.AnswerLost() : Fault.none(),
          request -> request.isWrite() ? new Fault.Silence() : Fault.none(),
          request -> request.isWatch() ? Fault.expired() : Fault.none(),
          request ->
              request.isWrite() ? Fault.status(403, "Forbidden", "forbidden") : Fault.none());

  @Test
  void inTheEndAllIsAsDeclaredAndTheMemoryHasNotGrown(@TempDir Path directory) throws Exception {
    try (var cluster = TestClusters.start()) {
      var installation = Installation.on(cluster);
      try (var proxy = new FaultProxy(installation.operatorConfig());
          var run = new Run(installation, proxy, directory)) {
        run.run();
      }
    }
  }

  /** One life among all that. */
  private static final class Run implements AutoCloseable {
    private final KubernetesClient admin;
    private final FaultProxy proxy;
    private final Path kubeconfig;
    private final ProcessHandle apiServer;
    private final long seed = Long.getLong("regcred.soak.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<RandomTeam> teams;
    private final HostileTenant hostile;
    private final Deque<String> copies = new ArrayDeque<>();

    /** What happened last, for people. */
    private final Deque<String> history = new ArrayDeque<>();

    private OperatorProcess operator;
    private int rotations;
    private int namespaces;
    private int restarts;
    private long steps;

    Run(Installation installation, FaultProxy proxy, Path directory) throws IOException {
      this.proxy = proxy;
      admin = installation.admin();
      apiServer = apiServer(admin.getMasterUrl().getPort());
      kubeconfig =
          installation.writeKubeconfig(
              directory.resolve("kubeconfig"), proxy.config().getMasterUrl());
      teams =
          IntStream.range(0, TEAMS)
              .mapToObj(_ -> new RandomTeam(admin, TestNamespace.create(admin)))
              .toList();
      hostile = new HostileTenant(TestNamespace.create(admin));
      operator = start();
    }

    void run() throws InterruptedException {
      System.out.printf("soak: %s s, -Dregcred.soak.seed=%s%n", TIME.toSeconds(), seed);
      teams.forEach(RandomTeam::setUp);
      clusterWide();
      awaitAsDeclared(); // One that is Inactive before it was ever Active has no Secret.
      var begin = System.nanoTime();
      live(begin + TIME.toNanos() / 2, true);
      var heap = operator.liveBytes();
      var resident = operator.residentBytes();
      live(begin + TIME.toNanos(), false);
      var heapAtEnd = operator.liveBytes();
      System.out.printf(
          "soak: %s steps, %s restarts of the operator, %s rotations and %s namespaces of a"
              + " cluster-wide credential; from half time to the end: heap %s to %s kB, resident %s"
              + " to %s kB%n",
          steps,
          restarts,
          rotations,
          namespaces,
          heap >> 10,
          heapAtEnd >> 10,
          resident >> 10,
          operator.residentBytes() >> 10);
      assertThat(heapAtEnd).as("heap in the end").isLessThan(heap + NOISE);
      assertThat(operator.residentBytes())
          .as("resident set in the end")
          .isLessThan(resident + RESIDENT_NOISE);
      assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
    }

    /** Until then, with a look at the whole every now and then and at the end. */
    private void live(long until, boolean isRestarted) throws InterruptedException {
      while (System.nanoTime() < until) {
        var look = Math.min(until, System.nanoTime() + UNTIL_LOOK.toNanos());
        while (System.nanoTime() < look) {
          step(isRestarted);
        }
        proxy.rule(_ -> Fault.none());
        awaitAsDeclared();
      }
    }

    private void step(boolean isRestarted) throws InterruptedException {
      steps++;
      teams.get(random.nextInt(TEAMS)).change(random);
      switch (random.nextInt(isRestarted ? 12 : 11)) {
        case 0, 1 -> said("rotate", this::rotate);
        case 2, 3 -> said("namespace", this::namespace);
        case 4, 5, 6 -> said("hostile", () -> hostile.act(random));
        case 7, 8 -> fault(random.nextInt(FAULTS.size()));
        case 9 -> said("cut", proxy::cutConnections);
        case 10 -> suspendApiServer();
        default -> restart();
      }
      // It waits for nothing: what meets what is to be at random.
      Thread.sleep(STEP.toMillis());
    }

    private void fault(int which) {
      said("fault " + which, () -> proxy.rule(FAULTS.get(which)));
    }

    /** As a machine does that swaps, or a disk that is slow. */
    private void suspendApiServer() throws InterruptedException {
      said("API server stands still", () -> signal("STOP"));
      Thread.sleep(500 + random.nextInt(2_000));
      signal("CONT");
    }

    private void signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, String.valueOf(apiServer.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private void restart() throws InterruptedException {
      var isKill = random.nextBoolean();
      said(isKill ? "kill the operator" : "stop the operator", () -> {});
      if (isKill) {
        operator.kill();
      } else {
        operator.close();
      }
      assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
      restarts++;
      operator = start();
    }

    private void rotate() {
      rotations++;
      source();
    }

    private void namespace() {
      if (copies.size() == MOST_COPIES || (!copies.isEmpty() && random.nextInt(3) == 0)) {
        admin.namespaces().withName(copies.removeFirst()).delete();
      } else {
        var name = NAME + "-" + ++namespaces;
        admin
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .addToLabels(NAME, NAME)
                    .endMetadata()
                    .build())
            .create();
        copies.addLast(name);
      }
    }

    private void clusterWide() {
      source();
      var anywhere = TestNamespace.existing(admin, SOURCES);
      anywhere.apply(Manifests.clusterRegistry(NAME).yaml());
      anywhere.apply(Manifests.clusterCredential(NAME).namespaceSelector(NAME, NAME).yaml());
    }

    private void source() {
      TestNamespace.existing(admin, SOURCES)
          .apply(Manifests.source(NAME, password()).label("regcred.dev/source", "true").yaml());
    }

    private String password() {
      return CANARY + "-" + rotations;
    }

    private void awaitAsDeclared() {
      try {
        awaitAsDeclaredOrTimeOut();
      } catch (ConditionTimeoutException e) {
        teams.stream().flatMap(RandomTeam::differing).forEach(System.out::println);
        throw e;
      }
    }

    private void awaitAsDeclaredOrTimeOut() {
      Patience.await()
          .atMost(Patience.LIMIT.multipliedBy(2))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> {
                assertThat(operator.isAlive()).as("alive after %s", history).isTrue();
                teams.forEach(team -> team.assertAsDeclared(history));
                copies.forEach(
                    copy ->
                        assertThat(passwordsIn(copy))
                            .as("%s after %s", copy, history)
                            .containsExactly(Map.entry(NAME + ".example.com", password())));
              });
    }

    private Map<String, String> passwordsIn(String copy) {
      var secret = admin.secrets().inNamespace(copy).withName("pull").get();
      return PullSecretContent.passwords(secret == null ? null : secret.getData());
    }

    private void said(String what, Runnable action) {
      history.addLast(what);
      if (history.size() > MOST_HISTORY) {
        history.removeFirst();
      }
      action.run();
    }

    private OperatorProcess start() {
      return new OperatorProcess(kubeconfig, "soak-operator-" + restarts, List.of());
    }

    private static ProcessHandle apiServer(int port) {
      return ProcessHandle.current()
          .descendants()
          .filter(
              process ->
                  List.of(process.info().arguments().orElse(new String[0])).stream()
                      .anyMatch(argument -> argument.equals("--secure-port=" + port)))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void close() {
      signal("CONT");
      operator.close();
    }
  }
}
