package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.CrashRun.Crash;
import dev.regcred.integration.CrashRun.Result;
import dev.regcred.testkit.LogCapture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever write the operator dies at, the next one brings the change to the end that it would have
 * had: the operator dies before and after each write that it makes, and the cluster is compared
 * with an undisturbed run's.
 *
 * <p>At each write, and at the end, the password is searched for where it must not be.
 *
 * <p>{@code -Dregcred.crash=move,retain} runs the scenarios of these names only.
 */
class CrashPointIT {
  private static final int AT_A_TIME = 2;

  private static final Map<CrashScenario, Future<Score>> SCORES = new LinkedHashMap<>();
  private static ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME);
  private static LogCapture log = LogCapture.insteadOfConsole();

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

  static Stream<CrashScenario> scenarios() {
    var names = System.getProperty("regcred.crash", "");
    return CrashScenarios.ALL.stream()
        .filter(s -> names.isEmpty() || List.of(names.split(",")).contains(s.name()));
  }

  @BeforeAll
  static void begin() {
    scenarios().forEach(s -> SCORES.put(s, executor.submit(() -> score(s))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void everyCrashIsTakenUpAgain(CrashScenario scenario) throws Exception {
    var score = Objects.requireNonNull(SCORES.get(scenario)).get();
    System.out.println(score.line(scenario.name()));
    assertThat(score.faults()).as(scenario.name()).isEmpty();
    assertThat(score.points()).as("writes, before and after").isGreaterThanOrEqualTo(2);
    assertThat(score.untouched()).as("runs without the crash").isLessThanOrEqualTo(1);
    assertThat(CanaryRule.isIn(log.text())).as("a password in the log").isFalse();
  }

  @AfterAll
  static void end() throws Exception {
    executor.shutdownNow();
    log.close();
    long points = 0;
    long resumed = 0;
    for (Future<Score> future : SCORES.values()) {
      if (future.state() == Future.State.SUCCESS) {
        points += future.resultNow().points();
        resumed += future.resultNow().resumed();
      }
    }
    System.out.printf(
        "crash points: %d of %d resumed (%s)%n",
        resumed,
        points,
        String.join(", ", SCORES.keySet().stream().map(CrashScenario::name).toList()));
  }

  private static Score score(CrashScenario scenario) {
    var undisturbed = play(scenario, new Crash.Never(), null);
    var faults = new ArrayList<>(undisturbed.violations());
    long resumed = 0;
    long untouched = 0;
    for (long write = 1; write <= undisturbed.writes(); write++) {
      for (Crash crash : new Crash[] {new Crash.Before(write), new Crash.After(write)}) {
        var result = play(scenario, crash, undisturbed.story());
        var difference = World.difference(undisturbed.story(), result.story());
        if (!result.hasCrashed()) {
          untouched++;
        }
        if (difference.isEmpty() && result.violations().isEmpty()) {
          resumed++;
        } else {
          faults.add(
              "%s:%n%s%n%s%n%s"
                  .formatted(
                      crash,
                      difference,
                      String.join("\n", result.violations()),
                      log.entriesWith(result.namespace())));
        }
      }
    }
    return new Score(2 * undisturbed.writes(), resumed, untouched, faults);
  }

  private static Result play(
      CrashScenario scenario, Crash crash, @Nullable SortedMap<String, String> expected) {
    try (var run = new CrashRun(scenario)) {
      return run.play(crash, expected);
    }
  }
}
