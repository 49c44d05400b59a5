package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.PodFixture.ATTACHED;
import static dev.regcred.plan.credential.PodFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.plan.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StuckPodsEvictionsTest {
  private final List<Integer> wanted = new ArrayList<>();

  /**
   * Of seven Pods that could be evicted: how many looks there were before this one, its time in
   * seconds after the attachment, and what the budget says.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 1, true, 5, 0, 30",
    "0, 29, true, 5, 0, 30",
    "1, 30, true, 5, 5, 90",
    "1, 30, false, 5, 0, 31",
    "1, 30, true, 7, 7, 90",
    "1, 30, true, 0, 0, 90",
    "2, 595, true, 5, 5, 600",
    "9, 3600, true, 5, 5, 3660",
  })
  void theyWaitForTheDelayTheStatusAndTheBudget(
      int looks, long seconds, boolean isRecorded, int budget, int evicted, long next) {
    var turn = turn(looked(7, looks, seconds), seconds, isRecorded, budget);
    assertThat(turn.evictions()).hasSize(evicted);
    assertThat(turn.window().next()).isEqualTo(after(next));
    assertThat(turn.window().tried()).hasSize(evicted);
    assertThat(wanted).as("asked of the budget").hasSize(seconds < 30 || !isRecorded ? 0 : 1);
  }

  /** The budget is not asked, which counts. */
  @Test
  void whereNoneCanBeEvictedTheNextLookIsWhenItWas() {
    var looked = looked(0, 9, 3_600);
    assertThat(turn(looked, 3_600, true, 5)).isEqualTo(new StuckPodsEvictions(looked, List.of()));
    assertThat(wanted).isEmpty();
  }

  @Test
  void eachIsOfThePodThatWasSeen() {
    var turn = turn(looked(2, 1, 30), 30, true, 1);
    assertThat(turn.evictions())
        .containsExactly(new Action.EvictPod("ns", "pod-0", "uid-pod-0", "1"));
    assertThat(turn.window().tried()).isEqualTo(Set.of("uid-pod-0"));
  }

  private StuckPodsEvictions turn(
      StuckPodsWindow looked, long seconds, boolean isRecorded, int budget) {
    return StuckPodsEvictions.after(
        looked,
        after(seconds),
        isRecorded,
        count -> {
          wanted.add(count);
          return Math.min(count, budget);
        });
  }

  private static StuckPodsWindow looked(int evictable, int looks, long seconds) {
    var pods = IntStream.range(0, evictable).mapToObj(i -> pod("pod-" + i).view()).toList();
    var window =
        new StuckPodsWindow(ATTACHED, looks, after(seconds), StuckPodsFindings.NOTHING, Set.of());
    return window.looked(new StuckPodsFindings(7, List.of(), pods, false), after(seconds));
  }

  private static Instant after(long seconds) {
    return ATTACHED.plusSeconds(seconds);
  }
}
