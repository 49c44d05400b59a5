package dev.regcred.integration;

import dev.regcred.operator.RunningOperator;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.Patience;
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
import java.util.Objects;
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

/** A scenario that is played once, on a stage of its own. */
final class CrashRun implements AutoCloseable {
  /** How long nothing was written when the operator seems to be done. */
  private static final Duration QUIET = Duration.ofMillis(250);

  /** The same, where it was to die and may not have come as far. */
  private static final Duration LONG_QUIET = Duration.ofSeconds(2);

  /** How many operators may take part in an undisturbed run: on a busy machine a few. */
  private static final int MOST_STARTS = 10;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Installation installation = Installation.shared();
  private final CrashScenario scenario;
  private final CrashStage stage;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable RunningOperator> operator = new AtomicReference<>();
  private FaultProxy proxy;
  private long started;

  /** Before a crash all is as in the undisturbed run, which has looked. */
  private volatile boolean isLooking;

  /** What is said of new Pods holds from then on. */
  private volatile boolean hasSetUp;

  CrashRun(CrashScenario scenario) {
    this.scenario = scenario;
    stage = new CrashStage(installation.admin(), scenario.otherNamespaces());
    proxy = startOperator();
  }

  /** Where the operator dies. */
  sealed interface Crash {
    /** Which write of the operator it is, from 1. */
    long write();

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

  /** Plays it without a crash. */
  Result playUndisturbed() {
    isLooking = true;
    var before = setUp();
    scenario.change().accept(stage);
    var writes = awaitRest();
    if (scenario.meanwhile() != null) {
      scenario.meanwhile().accept(stage);
      awaitRest();
    }
    var summaries = summaries(scenario.after().keySet());
    if (!summaries.equals(scenario.after())) {
      throw new AssertionError(unexpected("the change", scenario.after()));
    }
    return result(before, writes, false);
  }

  /**
   * Plays it with one.
   *
   * @param expected the story that it ends as
   */
  Result play(Crash crash, SortedMap<String, String> expected) {
    var before = setUp();
    switch (crash) {
      case Crash.Before(var n) -> proxy.dieBefore(n);
      case Crash.After(var n) -> proxy.dieAfter(n);
    }
    isLooking = true;
    var writesBefore = proxy.writes();
    scenario.change().accept(stage);
    var changed = System.nanoTime();
    await(() -> proxy.death().isDone() || isQuiet(LONG_QUIET, changed));
    var writes = proxy.writes() - writesBefore;
    var hasCrashed = proxy.death().isDone();
    if (hasCrashed) {
      stopOperator();
    }
    if (scenario.meanwhile() != null) {
      scenario.meanwhile().accept(stage);
    }
    if (hasCrashed) {
      proxy = startOperator();
    }
    var first = hasCrashed ? null : proxy;
    awaitEnd(
        () -> {
          // What waits for a time comes to its crash late: a policy is read every five seconds.
          if (proxy == first && proxy.death().isDone()) {
            stopOperator();
            proxy = startOperator();
          }
          return isAt(expected, before);
        });
    return result(before, writes, proxy != first);
  }

  private World setUp() {
    scenario.setUp().accept(stage);
    awaitQuiet("set up", scenario.before());
    hasSetUp = true;
    return stage.world();
  }

  /** As it stands, looked at once more after the operator has stopped. */
  private Result result(World before, long writes, boolean hasCrashed) {
    look(null);
    var story = stage.world().story(before);
    stopOperator();
    if (!stage.world().story(before).equals(story)) {
      violations.add("The operator changed something when it was stopped");
    }
    return new Result(story, writes, hasCrashed, new ArrayList<>(violations), stage.name());
  }

  /**
   * Until there is nothing more to be done: an operator that has been started anew has looked at
   * everything and written nothing. What it still wrote counts, and then another one has to look.
   *
   * @return how many writes there were until then
   */
  private long awaitRest() {
    long writes = -proxy.writes();
    var changed = System.nanoTime();
    for (int start = 1; start <= MOST_STARTS; start++) {
      await(() -> isQuiet(QUIET, Math.max(started, changed)));
      stopOperator(); // Which ends what is under way.
      writes += proxy.writes();
      proxy = startOperator();
      await(this::hasLookedAtAll);
      if (proxy.writes() == 0) {
        return writes;
      }
    }
    throw new AssertionError(scenario + ": each start of the operator writes something");
  }

  /** Whether there were as many passes as there are resources: a start begins one for each. */
  private boolean hasLookedAtAll() {
    var meters = new Meters(running().httpPort());
    return stage.resources().entrySet().stream()
        .allMatch(kind -> meters.passes(kind.getKey()) >= kind.getValue());
  }

  private RunningOperator running() {
    return Objects.requireNonNull(operator.get(), "It is stopped");
  }

  private FaultProxy startOperator() {
    try {
      var way = new FaultProxy(installation.operatorConfig());
      way.rule(
          request -> {
            if (isLooking && stage.isWrite(request)) {
              look(request);
            }
            return Fault.none();
          });
      way.count(stage::isWrite);
      operator.set(RunningOperator.start(stage.operatorConfig(), way.config()));
      started = System.nanoTime();
      return way;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator waits for the answer to its write: nothing changes while we look. */
  private void look(@Nullable ApiRequest next) {
    try {
      var places = stage.violations(scenario.handedBack());
      var running = operator.get();
      if (running != null && CanaryRule.isIn(metrics(running))) {
        places.add("/metrics");
      }
      if (hasSetUp
          && scenario.newPods() != null
          && !stage.pullSecretsOf(scenario.newPods()).contains("pull")) {
        violations.add(
            "A Pod that is created %s goes without the pull Secret"
                .formatted(next == null ? "at the end" : "before " + next));
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

  private void awaitQuiet(String what, Map<String, String> summaries) {
    try {
      await(() -> isQuiet(QUIET, started) && summaries.equals(summaries(summaries.keySet())));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(unexpected(what, summaries), e);
    }
  }

  private String unexpected(String what, Map<String, String> summaries) {
    return "%s, %s: expected %s, but was %s: %s"
        .formatted(
            scenario, what, summaries, summaries(summaries.keySet()), stage.world().objects());
  }

  private Map<String, String> summaries(Set<String> keys) {
    var world = stage.world();
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
        .atMost(Patience.LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(30))
        .until(condition);
  }

  private boolean isAt(SortedMap<String, String> expected, World before) {
    return isQuiet(QUIET, started) && stage.world().story(before).equals(expected);
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
    stage.close();
  }
}
