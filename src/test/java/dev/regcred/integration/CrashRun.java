package dev.regcred.integration;

import dev.regcred.app.OperatorConfig;
import dev.regcred.app.RunningOperator;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A scenario that is played once, in a namespace of its own. */
final class CrashRun implements AutoCloseable {
  /** One after the other, so that the n-th write is the same one in each run. */
  private static final int THREADS = 1;

  /** How long nothing was written when the operator counts as done. */
  private static final Duration QUIET = Duration.ofMillis(250);

  private static final Duration LONG_QUIET = Duration.ofSeconds(2);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Installation installation = Installation.shared();
  private final CrashScenario scenario;
  private final TestNamespace namespace;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable RunningOperator> operator = new AtomicReference<>();
  private FaultProxy proxy;
  private long started;

  CrashRun(CrashScenario scenario) {
    this.scenario = scenario;
    namespace = TestNamespace.create(installation.admin());
    proxy = startOperator();
  }

  /** Where the operator dies. */
  sealed interface Crash {
    record Never() implements Crash {}

    record Before(long write) implements Crash {}

    record After(long write) implements Crash {}
  }

  /**
   * How it went.
   *
   * @param story what is there in the end
   * @param writes how many the first operator made, also the one at which it died
   * @param hasCrashed whether it came as far as the crash
   * @param violations where a password was that it must not be
   * @param namespace where it was
   */
  record Result(
      SortedMap<String, String> story,
      long writes,
      boolean hasCrashed,
      List<String> violations,
      String namespace) {}

  /**
   * Plays it.
   *
   * @param expected the story that it ends as; null where that is to be found out
   */
  Result play(Crash crash, @Nullable SortedMap<String, String> expected) {
    scenario.setUp().accept(namespace);
    awaitQuiet("set up", QUIET, scenario.before());
    var before = World.read(namespace);
    var writesBefore = proxy.writes();
    switch (crash) {
      case Crash.Never() -> {}
      case Crash.Before(var n) -> proxy.dieBefore(n);
      case Crash.After(var n) -> proxy.dieAfter(n);
    }
    scenario.change().accept(namespace);
    var changed = System.nanoTime();
    await(() -> proxy.death().isDone() || isQuiet(LONG_QUIET, changed));
    var writes = proxy.writes() - writesBefore;
    var hasCrashed = proxy.death().isDone();
    if (hasCrashed) {
      stopOperator();
    }
    if (scenario.meanwhile() != null) {
      scenario.meanwhile().accept(namespace);
    }
    if (hasCrashed) {
      proxy = startOperator();
    }
    if (expected == null) {
      awaitQuiet("the change", LONG_QUIET, scenario.after());
    } else {
      awaitEnd(() -> isAt(expected, before));
    }
    look(null);
    var story = World.read(namespace).story(before);
    stopOperator();
    if (!World.read(namespace).story(before).equals(story)) {
      violations.add("The operator changed something when it was stopped");
    }
    return new Result(story, writes, hasCrashed, new ArrayList<>(violations), namespace.name());
  }

  private FaultProxy startOperator() {
    try {
      var way = new FaultProxy(installation.operatorConfig());
      way.rule(
          request -> {
            if (request.isWrite()) {
              look(request);
            }
            return Fault.none();
          });
      operator.set(
          RunningOperator.start(
              new OperatorConfig(0, Set.of(namespace.name()), THREADS), way.config()));
      started = System.nanoTime();
      return way;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator waits for the answer to its write: nothing changes while we look. */
  private void look(@Nullable ApiRequest next) {
    try {
      var places = CanaryRule.violations(namespace, World.read(namespace), scenario.handedBack());
      var running = operator.get();
      if (running != null && CanaryRule.isIn(metrics(running))) {
        places.add("/metrics");
      }
      places.forEach(
          place ->
              violations.add(
                  "%s has the password %s"
                      .formatted(place, next == null ? "at the end" : "before " + next)));
    } catch (RuntimeException | IOException e) {
      violations.add("Could not look for the password: " + e);
    }
  }

  /** Empty where it is being stopped meanwhile. */
  private String metrics(RunningOperator running) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + running.httpPort() + "/metrics");
    try {
      return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      if (operator.get() == running) {
        throw e;
      }
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitQuiet(String what, Duration quiet, Map<String, String> summaries) {
    try {
      await(() -> isQuiet(quiet, started) && summaries.equals(summaries(summaries.keySet())));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s, %s: expected %s, but was %s: %s"
              .formatted(
                  scenario,
                  what,
                  summaries,
                  summaries(summaries.keySet()),
                  World.read(namespace).objects()),
          e);
    }
  }

  private Map<String, String> summaries(Set<String> keys) {
    var world = World.read(namespace);
    return keys.stream().collect(Collectors.toMap(key -> key, world::summary));
  }

  /** If it does not come to that, the story tells why. */
  private static void awaitEnd(Callable<Boolean> condition) {
    try {
      await(condition);
    } catch (ConditionTimeoutException e) {
      // Compared by the one who asked.
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(dev.regcred.testkit.Patience.LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(30))
        .until(condition);
  }

  private boolean isAt(SortedMap<String, String> expected, World before) {
    return isQuiet(QUIET, started) && World.read(namespace).story(before).equals(expected);
  }

  private boolean isQuiet(Duration quiet, long since) {
    return System.nanoTime() - Math.max(proxy.lastWrite(), since) > quiet.toNanos();
  }

  private void stopOperator() {
    var running = operator.getAndSet(null);
    if (running != null) {
      running.close();
    }
    proxy.close();
  }

  @Override
  public void close() {
    stopOperator();
    namespace.close();
  }
}
