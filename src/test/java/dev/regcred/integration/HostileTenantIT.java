package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.HostileWays.Way;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may edit one namespace neither uses the operator up nor delays another namespace: it runs
 * with the options that ship while tenants write as much as the API server takes, each in a
 * namespace of his own and in one of the ways that were found ({@link HostileWays}), and another
 * tenant rotates a password. The operator is killed and started amid it, and when the tenants'
 * objects are gone it has kept nothing of them.
 *
 * <p>Unless it is said, those ways are tried that cost most, all at once. {@code
 * -Dregcred.hostile.ways=all} tries each way by itself, one after the other; another value those
 * whose names contain it. Before there were bounds, {@code -Dregcred.hostile.objects=16} of one way
 * ended an operator, and 7 a start; {@code -Dregcred.hostile.rotations} says how many are measured.
 */
class HostileTenantIT {
  /** How many objects of the largest size the tenant makes, in each way. */
  private static final int OBJECTS = Integer.getInteger("regcred.hostile.objects", 8);

  /** How many rotations of the other tenant are measured beside each way. */
  private static final int ROTATIONS = Integer.getInteger("regcred.hostile.rotations", 20);

  /** How many rotations are measured of an operator that was just started. */
  private static final int FEW = 5;

  private static final String ALL = "all";

  /** Which ways are tried by themselves; null for those that cost most, at once. */
  private static final @Nullable String WAYS = System.getProperty("regcred.hostile.ways");

  /** What the heap may have more beside one way than before. */
  private static final long HEAP_GROWTH = 20_000_000;

  /** What it may have more beside all of those at once that cost most: there are twelve. */
  private static final long HEAP_GROWTH_TOGETHER = 30_000_000;

  /** What it may have more once the tenant's objects are gone: what is made when first needed. */
  private static final long HEAP_LEFT = 3_000_000;

  /** What a machine that does other things may add; before there were bounds it was 30 s. */
  private static final Duration NOISE = Duration.ofSeconds(10);

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @TempDir Path directory = Path.of("");

  private final Installation installation = Installation.shared();
  private final KubernetesClient client = installation.admin();
  private final TestNamespace victim = TestNamespace.named(client);
  private final List<String> said = new ArrayList<>();
  private @Nullable OperatorProcess operator;
  private int operators;
  private int passwords;

  @BeforeEach
  void create() {
    victim.create();
    prepare(victim);
  }

  @AfterEach
  void clearUp() {
    said.forEach(System.out::println);
    if (operator != null) {
      operator.close();
    }
    victim.close();
  }

  private static void prepare(TestNamespace namespace) {
    namespace.apply(Manifests.source("account", Canary.TEXT).yaml());
    namespace.apply(Manifests.registry("main").yaml());
    namespace.apply(Manifests.credential("pull").yaml());
  }

  /**
   * Rotations of the other tenant, in milliseconds.
   *
   * @param millis from the change of the password until the pull Secret has it
   * @param writes of these, what the API server took to answer to the change: nobody is faster
   */
  private record Rotations(List<Long> millis, List<Long> writes) {
    long p99() {
      return p99(millis);
    }

    long p99OfWrites() {
      return p99(writes);
    }

    private static long p99(List<Long> values) {
      var sorted = new ArrayList<>(values);
      Collections.sort(sorted);
      return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
    }
  }

  /** What the operator is like while nobody is hostile. */
  private record Quiet(Rotations rotations, long live) {}

  @Test
  void nobodyUsesTheOperatorUpOrDelaysAnother() throws Exception {
    start();
    rotations(FEW); // It is warm then.
    var quiet = new Quiet(rotations(ROTATIONS), running().liveBytes());
    say("quiet", quiet.rotations, quiet.live, "");
    if (WAYS == null) {
      hostile(
          "all at once that cost most", names(HostileWays::telling), quiet, HEAP_GROWTH_TOGETHER);
      return;
    }
    for (String name : names(HostileWays::all)) {
      if (WAYS.equals(ALL) || name.contains(WAYS)) {
        hostile(name, List.of(name), quiet, HEAP_GROWTH);
      }
    }
  }

  private List<String> names(Function<HostileWays, List<Way>> choice) {
    return choice.apply(new HostileWays(client, victim, OBJECTS)).stream().map(Way::name).toList();
  }

  /** Lets tenants be hostile, each in a namespace of his own, and then be gone. */
  private void hostile(String title, List<String> names, Quiet quiet, long growth)
      throws Exception {
    var namespaces = new ArrayList<TestNamespace>();
    try {
      var ways = new ArrayList<Way>();
      for (String name : names) {
        var namespace = TestNamespace.named(client);
        namespaces.add(namespace);
        namespace.create();
        prepare(namespace);
        ways.add(new HostileWays(client, namespace, OBJECTS).named(name));
      }
      ways.forEach(way -> way.before().run());
      beside(title, ways, quiet, growth);
    } finally {
      namespaces.forEach(TestNamespace::close);
    }
    Patience.await()
        .atMost(Patience.NAMESPACE_DELETION)
        .until(
            () ->
                namespaces.stream()
                    .allMatch(gone -> client.namespaces().withName(gone.name()).get() == null));
    awaitLive("kept of what is gone: " + title, quiet, HEAP_LEFT);
  }

  /** What the passes that are left have read, they let go. */
  private void awaitLive(String what, Quiet quiet, long growth) {
    Patience.await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(running().liveBytes() - quiet.live)
                    .as(() -> what + ": " + running().histogram(20))
                    .isLessThan(growth));
  }

  /** Measures the other tenant's rotations while each does his over and over. */
  private void beside(String title, List<Way> ways, Quiet quiet, long growth) throws Exception {
    var isOver = new AtomicBoolean();
    var acts = new AtomicInteger();
    try (var tenants = Executors.newCachedThreadPool()) {
      var storms = ways.stream().flatMap(way -> storm(way, tenants, isOver, acts)).toList();
      try {
        measure(title, ROTATIONS, quiet, acts);
        awaitLive("kept beside: " + title, quiet, growth);
        var ignored = ways.stream().filter(Way::isIgnored).count();
        if (ignored > 0) {
          assertThat(running().log()).contains(" is ignored: ");
          assertThat(new Meters(running().httpPort()).sum("regcred_ignored"))
              .as("what is ignored is counted")
              .isGreaterThanOrEqualTo((double) (ignored * OBJECTS));
        }
        running().kill();
        start();
        measure(title + ", restarted amid it", FEW, quiet, acts);
        awaitLive("kept after a restart beside: " + title, quiet, growth);
      } finally {
        isOver.set(true);
      }
      for (Future<?> one : storms) {
        one.get(); // Where he has failed, nothing was shown.
      }
    }
    ways.forEach(way -> way.after().run());
  }

  private static Stream<Future<?>> storm(
      Way way, ExecutorService tenant, AtomicBoolean isOver, AtomicInteger acts) {
    var act = way.meanwhile();
    return act == null
        ? Stream.of()
        : IntStream.range(0, way.threads())
            .mapToObj(
                _ ->
                    tenant.submit(
                        () -> {
                          while (!isOver.get()) {
                            act.run();
                            acts.incrementAndGet();
                          }
                        }));
  }

  private void measure(String way, int count, Quiet quiet, AtomicInteger acts) {
    var begin = System.nanoTime();
    var before = acts.get();
    var beside = rotations(count);
    var perSecond = (acts.get() - before) / ((System.nanoTime() - begin) / 1e9);
    say(
        way,
        beside,
        running().liveBytes(),
        perSecond == 0 ? "" : "; %.0f acts a second".formatted(perSecond));
    assertThat(Duration.ofMillis(beside.p99()))
        .as("p99 of another tenant's rotation beside: " + way)
        .isLessThan(Duration.ofMillis(3 * quiet.rotations.p99()).plus(NOISE));
  }

  private void start() throws IOException {
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    operator = new OperatorProcess(kubeconfig, "hostile-operator-" + operators++, List.of());
    operator.awaitReady(Duration.ofMinutes(2));
  }

  private OperatorProcess running() {
    return Objects.requireNonNull(operator);
  }

  private Rotations rotations(int count) {
    var rotations = new Rotations(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < count; i++) {
      assertThat(running().isAlive()).as(running()::log).isTrue();
      var password = Canary.TEXT + "-" + passwords++;
      var start = System.nanoTime();
      rotate(password);
      rotations.writes.add((System.nanoTime() - start) / 1_000_000);
      Patience.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(3))
          .atMost(Duration.ofMinutes(3))
          .failFast("the operator ended", () -> !running().isAlive())
          .until(() -> content().contains("\"" + password + "\""));
      rotations.millis.add((System.nanoTime() - start) / 1_000_000);
    }
    return rotations;
  }

  private void say(String way, Rotations rotations, long live, String more) {
    said.add(
        "hostile tenant: %s: another tenant's rotation p99 %,d ms, of which its own write %,d ms; heap %.1f MB, resident %.0f MB%s"
            .formatted(
                way,
                rotations.p99(),
                rotations.p99OfWrites(),
                live / 1e6,
                running().residentBytes() / 1e6,
                more));
  }

  private void rotate(String password) {
    client
        .secrets()
        .inNamespace(victim.name())
        .withName("account")
        .patch(MERGE, "{\"stringData\":{\"password\":\"%s\"}}".formatted(password));
  }

  private String content() {
    var secret = client.secrets().inNamespace(victim.name()).withName("pull").get();
    return secret == null
        ? ""
        : new String(
            Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
            StandardCharsets.UTF_8);
  }
}
