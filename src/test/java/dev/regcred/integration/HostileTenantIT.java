package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may edit one namespace neither uses the operator up nor delays another namespace: it runs
 * with the options that ship while one tenant writes as much as the API server takes, in every way
 * that was found, and another tenant rotates a password.
 *
 * <p>The sizes are those that ended an operator before there were bounds; {@code
 * -Dregcred.hostile.objects} and {@code -Dregcred.hostile.rotations} say others.
 */
class HostileTenantIT {
  /** How many objects of the largest size the tenant makes, in each way. */
  private static final int OBJECTS = Integer.getInteger("regcred.hostile.objects", 16);

  /** How many rotations of the other tenant are measured beside each way. */
  private static final int ROTATIONS = Integer.getInteger("regcred.hostile.rotations", 20);

  /** Only the ways whose names contain that; all unless it is said. */
  private static final String WAYS = System.getProperty("regcred.hostile.ways", "");

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
  private int passwords;
  private int storms;

  @BeforeEach
  void create() {
    victim.create();
    hostile.create();
  }

  @AfterEach
  void clearUp() {
    said.forEach(System.out::println);
    hostile.close();
    victim.close();
  }

  /** What the tenant leaves behind, and what he does while the other one rotates. */
  private record Way(String name, Runnable before, @Nullable Runnable meanwhile) {
    static Way leaving(String name, Runnable before) {
      return new Way(name, before, null);
    }
  }

  @Test
  void nobodyUsesTheOperatorUpOrDelaysAnother() throws Exception {
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    for (TestNamespace namespace : List.of(victim, hostile)) {
      namespace.apply(Manifests.source("account", Canary.TEXT).yaml());
      namespace.apply(Manifests.registry("main").yaml());
      namespace.apply(Manifests.credential("pull").yaml());
    }
    long quiet;
    long live;
    try (var operator = new OperatorProcess(kubeconfig, "hostile-operator", List.of())) {
      operator.awaitReady(Duration.ofMinutes(2));
      rotations(operator, 10); // It is warm then.
      quiet = p99(rotations(operator, ROTATIONS));
      live = operator.liveBytes();
      say("quiet", quiet, live, operator);
      for (Way way : ways().stream().filter(w -> w.name.contains(WAYS)).toList()) {
        way.before.run();
        var delay = p99(beside(operator, way.meanwhile));
        say(way.name, delay, operator.liveBytes(), operator);
        assertThat(Duration.ofMillis(delay))
            .as("p99 of another tenant's rotation beside: " + way.name)
            .isLessThan(Duration.ofMillis(3 * quiet).plus(NOISE));
      }
      assertThat(operator.liveBytes() - live).as("kept").isLessThan(HEAP_GROWTH);
      if (WAYS.isEmpty()) {
        assertThat(operator.log()).contains(" is ignored: It has more than ");
        assertThat(new Meters(operator.httpPort()).sum("regcred_ignored"))
            .as("what is ignored is counted")
            .isGreaterThanOrEqualTo(2 * OBJECTS);
      }
    }
    try (var restarted = new OperatorProcess(kubeconfig, "hostile-restarted", List.of())) {
      restarted.awaitReady(Duration.ofMinutes(2));
      var delay = p99(rotations(restarted, ROTATIONS));
      say("restarted beside all of it", delay, restarted.liveBytes(), restarted);
      assertThat(restarted.liveBytes() - live).as("kept").isLessThan(HEAP_GROWTH);
    }
  }

  private List<Way> ways() {
    return List.of(
        Way.leaving(
            OBJECTS + " ServiceAccounts with 250 kB of regcred.dev/attached",
            () -> accounts("record", "", record(36_000), "[]")),
        Way.leaving(
            OBJECTS + " ServiceAccounts with 60,000 imagePullSecrets",
            () -> accounts("list", "", "[]", references(60_000))),
        Way.leaving(
            OBJECTS + " ServiceAccounts with 30,000 labels",
            () -> accounts("labels", labels(30_000), "[]", "[]")),
        Way.leaving(
            OBJECTS + " Secrets with a mark of 250 kB",
            () -> IntStream.range(0, OBJECTS).forEach(i -> marked("mark-" + i, 3_000))),
        Way.leaving(
            10 * OBJECTS + " RegistryCredentials of 32 kB",
            () -> IntStream.range(0, 10 * OBJECTS).forEach(this::largeCredential)),
        new Way(
            "a mark that names 4,000 credentials that are not there, again and again",
            () -> {},
            () -> mark("pull", 4_000)),
        new Way(
            10 * OBJECTS + " credentials of one pull Secret, whose source changes without end",
            () -> IntStream.range(0, 10 * OBJECTS).forEach(this::sharing),
            () -> rotate(hostile, Canary.TEXT + "-storm-" + storms++)),
        new Way(
            "ServiceAccounts that come and go without end",
            () -> {},
            () -> {
              post("serviceaccounts", "{\"metadata\":{\"name\":\"passing\"}}");
              client.serviceAccounts().inNamespace(hostile.name()).withName("passing").delete();
            }));
  }

  /** The other tenant's rotations while somebody does that over and over. */
  private List<Long> beside(OperatorProcess operator, @Nullable Runnable meanwhile)
      throws Exception {
    if (meanwhile == null) {
      return rotations(operator, ROTATIONS);
    }
    var isOver = new AtomicBoolean();
    var tenant =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!isOver.get()) {
                    meanwhile.run();
                  }
                });
    try {
      return rotations(operator, ROTATIONS);
    } finally {
      isOver.set(true);
      tenant.join();
    }
  }

  private List<Long> rotations(OperatorProcess operator, int count) {
    var millis = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      assertThat(operator.isAlive()).as(operator::log).isTrue();
      var password = Canary.TEXT + "-" + passwords++;
      var start = System.nanoTime();
      rotate(victim, password);
      Patience.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(3))
          .atMost(Duration.ofMinutes(3))
          .failFast("the operator ended", () -> !operator.isAlive())
          .until(() -> content(victim).contains("\"" + password + "\""));
      millis.add((System.nanoTime() - start) / 1_000_000);
    }
    return millis;
  }

  private static long p99(List<Long> millis) {
    var sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }

  private void say(String way, long delay, long live, OperatorProcess operator) {
    said.add(
        "hostile tenant: %s: another tenant's rotation p99 %,d ms; heap %.1f MB, resident %.0f MB"
            .formatted(way, delay, live / 1e6, operator.residentBytes() / 1e6));
  }

  private void rotate(TestNamespace namespace, String password) {
    client
        .secrets()
        .inNamespace(namespace.name())
        .withName("account")
        .patch(MERGE, "{\"stringData\":{\"password\":\"%s\"}}".formatted(password));
  }

  private String content(TestNamespace namespace) {
    var secret = client.secrets().inNamespace(namespace.name()).withName("pull").get();
    return secret == null
        ? ""
        : new String(
            Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
            StandardCharsets.UTF_8);
  }

  private void accounts(String name, String labels, String record, String references) {
    IntStream.range(0, OBJECTS)
        .forEach(
            i ->
                post(
                    "serviceaccounts",
                    "{\"metadata\":{\"name\":\"%s-%s\",\"labels\":{%s},\"annotations\":{\"regcred.dev/attached\":\"%s\"}},\"imagePullSecrets\":%s}"
                        .formatted(name, i, labels, record, references)));
  }

  private void marked(String name, int contributors) {
    post(
        "secrets",
        "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"regcred.dev/managed\":\"true\"},\"annotations\":{\"regcred.dev/contributors\":\"%s\"}}}"
            .formatted(name, contributors(contributors)));
  }

  private void mark(String name, int contributors) {
    client
        .secrets()
        .inNamespace(hostile.name())
        .withName(name)
        .patch(
            MERGE,
            "{\"metadata\":{\"annotations\":{\"regcred.dev/contributors\":\"%s\"}}}"
                .formatted(contributors(contributors)));
  }

  private void largeCredential(int number) {
    var credential = Manifests.credential("large-" + number).target("large-" + number);
    for (int i = 0; i < 32; i++) {
      credential.targetAnnotation("note-" + i, "n".repeat(1_000));
    }
    hostile.apply(credential.yaml());
  }

  private void sharing(int number) {
    hostile.apply(Manifests.credential("sharing-" + number).target("shared").yaml());
  }

  private void post(String plural, String json) {
    client.raw("/api/v1/namespaces/%s/%s".formatted(hostile.name(), plural), "POST", json);
  }

  private static String record(int names) {
    return IntStream.range(0, names)
        .mapToObj(i -> "\\\"" + Integer.toString(i, Character.MAX_RADIX) + "\\\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String references(int names) {
    return IntStream.range(0, names)
        .mapToObj("{\"name\":\"n%s\"}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String labels(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"l%s\":\"\""::formatted)
        .collect(Collectors.joining(","));
  }

  private static String contributors(int count) {
    return LongStream.range(0, count)
        .mapToObj(i -> "{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"n" + i + "\\\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }
}
