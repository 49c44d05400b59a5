package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.CrashRun.Crash;
import dev.regcred.integration.CrashRun.Result;
import dev.regcred.testcluster.Kubectl;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.LogCapture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Whatever write the operator dies at, the next one brings the change to the end that it would have
 * had: the operator dies at each write that it makes, and the cluster is compared with an
 * undisturbed run's. At each write, and at the end, the password is searched for where it must not
 * be.
 *
 * <p>There are two points at each write: before it and after it. {@code -Dregcred.crash.every=1}
 * plays them all, as {@code mvn -Pexhaustive verify} does. Otherwise only every sixth of a scenario
 * is played, and which ones these are changes from run to run: {@code -Dregcred.crash.first}, from
 * 0. {@code -Dregcred.crash=move,retain} plays the scenarios of these names only.
 */
final class CrashPoints implements AutoCloseable {
  private static final int EVERY = Math.max(1, Integer.getInteger("regcred.crash.every", 6));
  private static final int FIRST =
      Integer.getInteger("regcred.crash.first", new Random().nextInt(EVERY));

  private final Kubectl kubectl = Installation.shared().cluster().kubectl();
  private final List<CrashScenario> scenarios;
  private final ExecutorService executor;
  private final LogCapture log = LogCapture.insteadOfConsole();
  private long points;
  private long resumed;

  /**
   * What came of a scenario.
   *
   * @param points how many crashes there were to be
   * @param resumed how many of them came to the right end
   * @param untouched the writes that a run was over without, before its crash
   * @param faults what went wrong, for people
   */
  private record Score(long points, long resumed, Set<Long> untouched, List<String> faults) {
    String line(String name) {
      return "crash points: %s: %d of %d resumed%s"
          .formatted(
              name,
              resumed,
              points,
              untouched.isEmpty() ? "" : ", writes %s not reached".formatted(untouched));
    }
  }

  /**
   * Plays nothing yet. Those that are of Pods need the policies that give pull Secrets to them.
   *
   * @param atATime how many crashes of a scenario; one where operators of the whole cluster would
   *     meet
   */
  CrashPoints(List<CrashScenario> all, int atATime) {
    kubectl.ok("apply", "-f", AttachScenario.POLICIES);
    executor = Executors.newFixedThreadPool(atATime);
    var names = System.getProperty("regcred.crash", "");
    scenarios =
        all.stream()
            .filter(s -> names.isEmpty() || List.of(names.split(",", -1)).contains(s.name()))
            .toList();
    System.out.printf(
        "crash points: %s%n",
        EVERY == 1
            ? "before and after each write"
            : "every %s. of a scenario, -Dregcred.crash.first=%s".formatted(EVERY, FIRST));
  }

  /** Those that are to be played. */
  Stream<CrashScenario> scenarios() {
    return scenarios.stream();
  }

  /** Plays a scenario with all its crashes; nothing of it is going on any more then. */
  void check(CrashScenario scenario) throws Exception {
    var score = score(scenario);
    points += score.points();
    resumed += score.resumed();
    System.out.println(score.line(scenario.name()));
    assertThat(score.faults()).as(scenario.name()).isEmpty();
    assertThat(score.points()).as("writes to die at").isPositive();
    assertThat(score.untouched())
        .as("writes that only the undisturbed run made, which met a conflict perhaps")
        .hasSizeLessThanOrEqualTo(1);
    assertThat(CanaryRule.isIn(log.text())).as("a password in the log").isFalse();
  }

  @Override
  public void close() {
    executor.shutdownNow();
    log.close();
    kubectl.ok("delete", "--ignore-not-found", "-f", AttachScenario.POLICIES);
    System.out.printf(
        "crash points: %d of %d resumed (%s)%n",
        resumed, points, String.join(", ", scenarios().map(CrashScenario::name).toList()));
  }

  private Score score(CrashScenario scenario) throws Exception {
    var undisturbed = undisturbed(scenario);
    var faults = new ArrayList<>(undisturbed.violations());
    var crashes = crashes(undisturbed.writes());
    var runs = new LinkedHashMap<Crash, Future<Result>>();
    crashes.forEach(
        crash -> runs.put(crash, executor.submit(() -> play(scenario, crash, undisturbed))));
    var untouched = new TreeSet<Long>();
    for (var run : runs.entrySet()) {
      var result = run.getValue().get();
      var difference = World.difference(undisturbed.story(), result.story());
      if (!result.hasCrashed()) {
        untouched.add(run.getKey().write());
      }
      if (!difference.isEmpty() || !result.violations().isEmpty()) {
        faults.add(
            "%s:%n%s%n%s%n%s"
                .formatted(
                    run.getKey(),
                    difference,
                    String.join("\n", result.violations()),
                    log.entriesWith(result.namespace())));
      }
    }
    var failed = faults.size() - undisturbed.violations().size();
    return new Score(crashes.size(), crashes.size() - failed, untouched, faults);
  }

  /** A scenario of few writes has one point at least, whatever its first one is. */
  private static List<Crash> crashes(long writes) {
    var all =
        LongStream.rangeClosed(1, writes)
            .boxed()
            .flatMap(write -> Stream.<Crash>of(new Crash.Before(write), new Crash.After(write)))
            .toList();
    if (all.isEmpty()) {
      return all;
    }
    return IntStream.iterate(
            FIRST % Math.min(EVERY, all.size()), i -> i < all.size(), i -> i + EVERY)
        .mapToObj(all::get)
        .toList();
  }

  private static Result undisturbed(CrashScenario scenario) {
    try (var run = new CrashRun(scenario)) {
      return run.playUndisturbed();
    }
  }

  private static Result play(CrashScenario scenario, Crash crash, Result undisturbed) {
    try (var run = new CrashRun(scenario)) {
      return run.play(crash, undisturbed.story());
    }
  }
}
