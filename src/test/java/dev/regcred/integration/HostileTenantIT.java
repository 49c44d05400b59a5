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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may edit one namespace neither uses the operator up nor delays another namespace: it runs
 * with the options that ship while one tenant writes as much as the API server takes, in every way
 * that was found ({@link HostileWays}), and another tenant rotates a password.
 *
 * <p>The sizes are those that ended an operator before there were bounds; {@code
 * -Dregcred.hostile.objects} and {@code -Dregcred.hostile.rotations} say others, and {@code
 * -Dregcred.hostile.restarts} restarts the operator amid each way instead of amid the last alone;
 * {@code -Dregcred.hostile.ways=all} tries all of them, not those alone that fill the bounds.
 */
class HostileTenantIT {
  /** How many objects of the largest size the tenant makes, in each way. */
  private static final int OBJECTS = Integer.getInteger("regcred.hostile.objects", 16);

  /** How many rotations of the other tenant are measured beside each way. */
  private static final int ROTATIONS = Integer.getInteger("regcred.hostile.rotations", 20);

  private static final boolean RESTARTS = Boolean.getBoolean("regcred.hostile.restarts");

  /** How many rotations are measured of an operator that was just started. */
  private static final int FEW = 5;

  private static final String ALL = "all";

  /**
   * Only the ways whose names contain that, or all; unless it is said those that fill the bounds.
   */
  private static final @Nullable String WAYS = System.getProperty("regcred.hostile.ways");

  /** What the heap may have more at the end than before, all ways together. */
  private static final long HEAP_GROWTH = 20_000_000;

  /** What a machine that does other things may add; before there were bounds it was 30 s. */
  private static final Duration NOISE = Duration.ofSeconds(10);

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @TempDir Path directory = Path.of("");

  private final Installation installation = Installation.shared();
  private final KubernetesClient client = installation.admin();
  private final TestNamespace victim = TestNamespace.named(client);
  private final TestNamespace hostile = TestNamespace.named(client);
  private final List<String> said = new ArrayList<>();
  private @Nullable OperatorProcess operator;
  private int operators;
  private int passwords;

  @BeforeEach
  void create() {
    victim.create();
    hostile.create();
  }

  @AfterEach
  void clearUp() {
    said.forEach(System.out::println);
    if (operator != null) {
      operator.close();
    }
    hostile.close();
    victim.close();
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

  @Test
  void nobodyUsesTheOperatorUpOrDelaysAnother() throws Exception {
    for (TestNamespace namespace : List.of(victim, hostile)) {
      namespace.apply(Manifests.source("account", Canary.TEXT).yaml());
      namespace.apply(Manifests.registry("main").yaml());
      namespace.apply(Manifests.credential("pull").yaml());
    }
    var ways = new HostileWays(client, hostile, OBJECTS).all();
    var chosen =
        ways.stream()
            .filter(
                way ->
                    WAYS == null
                        ? way.meanwhile() == null
                        : WAYS.equals(ALL) || way.name().contains(WAYS))
            .toList();
    start();
    rotations(FEW); // It is warm then.
    var quiet = rotations(ROTATIONS);
    var live = running().liveBytes();
    say("quiet", quiet, live, "");
    for (Way way : chosen) {
      way.before().run();
      beside(way, quiet, RESTARTS);
    }
    if (WAYS == null || WAYS.equals(ALL)) {
      assertThat(running().log()).contains(" is ignored: ");
      assertThat(new Meters(running().httpPort()).sum("regcred_ignored"))
          .as("what is ignored is counted")
          .isGreaterThanOrEqualTo(2 * OBJECTS);
    }
    beside(together(chosen), quiet, true);
    // What the passes that are left read, they let go.
    Patience.await()
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> assertThat(running().liveBytes() - live).as("kept").isLessThan(HEAP_GROWTH));
  }

  /** All that he does again and again in these ways at the same time. */
  private static Way together(List<Way> ways) {
    var storms =
        ways.stream()
            .map(Way::meanwhile)
            .<Runnable>mapMulti(
                (r, sink) -> {
                  if (r != null) {
                    sink.accept(r);
                  }
                })
            .toList();
    var next = new AtomicInteger();
    return new Way(
        "all of it at the same time",
        () -> {},
        storms.isEmpty() ? null : () -> storms.get(next.getAndIncrement() % storms.size()).run(),
        storms.size(),
        () -> ways.forEach(way -> way.after().run()));
  }

  /** Measures the other tenant's rotations while somebody does that over and over. */
  private void beside(Way way, Rotations quiet, boolean isRestarted) throws Exception {
    var isOver = new AtomicBoolean();
    var acts = new AtomicInteger();
    var begin = System.nanoTime();
    try (var tenant = Executors.newCachedThreadPool()) {
      var storms = storm(way, tenant, isOver, acts);
      try {
        measure(way.name(), ROTATIONS, quiet, acts, begin);
        if (isRestarted) {
          running().kill();
          start();
          measure(way.name() + ", restarted amid it", FEW, quiet, acts, begin);
        }
      } finally {
        isOver.set(true);
      }
      for (Future<?> one : storms) {
        one.get(); // Where he has failed, nothing was shown.
      }
    }
    way.after().run();
  }

  private static List<? extends Future<?>> storm(
      Way way, ExecutorService tenant, AtomicBoolean isOver, AtomicInteger acts) {
    var act = way.meanwhile();
    return act == null
        ? List.of()
        : IntStream.range(0, way.threads())
            .mapToObj(
                _ ->
                    tenant.submit(
                        () -> {
                          while (!isOver.get()) {
                            act.run();
                            acts.incrementAndGet();
                          }
                        }))
            .toList();
  }

  private void measure(String way, int count, Rotations quiet, AtomicInteger acts, long begin) {
    var beside = rotations(count);
    var seconds = (System.nanoTime() - begin) / 1e9;
    var storm = acts.get() == 0 ? "" : "; %.0f acts a second".formatted(acts.get() / seconds);
    say(way, beside, running().liveBytes(), storm);
    assertThat(Duration.ofMillis(beside.p99()))
        .as("p99 of another tenant's rotation beside: " + way)
        .isLessThan(Duration.ofMillis(3 * quiet.p99()).plus(NOISE));
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
