package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.CrashRun.Crash;
import dev.regcred.integration.CrashRun.Result;
import dev.regcred.testkit.LogCapture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Whatever write the operator dies at, the next one brings the change to the end that it would have
 * had: the operator dies at each write that it makes, and the cluster is compared with an
 * undisturbed run's. At each write, and at the end, the password is searched for where it must not
 * be.
 *
 * <p>{@code -Dregcred.crash.points=all} has it die before each write and after it. Otherwise it
 * dies before every other write and after those between, and which ones these are changes from run
 * to run: {@code -Dregcred.crash.parity}, 0 or 1. {@code -Dregcred.crash=move,retain} plays the
 * scenarios of these names only.
 */
final class CrashPoints implements AutoCloseable {
  private static final boolean IS_ALL =
      System.getProperty("regcred.crash.points", "half").equals("all");
  private static final int PARITY =
      Integer.getInteger("regcred.crash.parity", new Random().nextInt(2));

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
   * @param untouched how many runs were over before the crash
   * @param faults what went wrong, for people
   */
  private record Score(long points, long resumed, long untouched, List<String> faults) {
    String line(String name) {
      return "crash points: %s: %d of %d resumed%s"
          .formatted(
              name, resumed, points, untouched == 0 ? "" : ", %d not reached".formatted(untouched));
    }
  }

  /**
   * Plays nothing yet.
   *
   * @param atATime how many crashes of a scenario; one where operators of the whole cluster would
   *     meet
   */
  CrashPoints(List<CrashScenario> all, int atATime) {
    executor = Executors.newFixedThreadPool(atATime);
    var names = System.getProperty("regcred.crash", "");
    scenarios =
        all.stream()
            .filter(s -> names.isEmpty() || List.of(names.split(",", -1)).contains(s.name()))
            .toList();
    System.out.printf(
        "crash points: %s%n",
        IS_ALL
            ? "before and after each write"
            : "before or after each write, -Dregcred.crash.parity=" + PARITY);
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
    assertThat(score.untouched()).as("runs without the crash").isLessThanOrEqualTo(1);
    assertThat(CanaryRule.isIn(log.text())).as("a password in the log").isFalse();
  }

  @Override
  public void close() {
    executor.shutdownNow();
    log.close();
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
    long untouched = 0;
    for (var run : runs.entrySet()) {
      var result = run.getValue().get();
      var difference = World.difference(undisturbed.story(), result.story());
      untouched += result.hasCrashed() ? 0 : 1;
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

  private static List<Crash> crashes(long writes) {
    var crashes = new ArrayList<Crash>();
    for (long write = 1; write <= writes; write++) {
      var isBefore = (write + PARITY) % 2 == 0;
      if (IS_ALL || isBefore) {
        crashes.add(new Crash.Before(write));
      }
      if (IS_ALL || !isBefore) {
        crashes.add(new Crash.After(write));
      }
    }
    return crashes;
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
