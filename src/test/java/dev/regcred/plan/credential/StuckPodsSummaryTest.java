package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.PodFixture.ATTACHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.plan.StuckPodsReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StuckPodsSummaryTest {
  private final Map<String, StuckPodsWindow> known = new TreeMap<>();

  @Test
  void whereNothingIsFoundNothingIsSaid() {
    known.put("a", looked(StuckPodsFindings.NOTHING, ATTACHED));
    assertThat(report(StuckPodsPolicy.EVICT, ""))
        .isEqualTo(new StuckPodsReport(0, List.of(), null, ""));
  }

  @Test
  void thePodsOfAllNamespacesAreAddedUp() {
    known.put("a", looked(found(2, "x", "y"), ATTACHED.plusMillis(7_500)));
    known.put("b", looked(StuckPodsFindings.NOTHING, ATTACHED.minusSeconds(60)));
    known.put("c", looked(found(3, "x"), ATTACHED.plusSeconds(9)));
    var report = report(StuckPodsPolicy.REPORT, "");
    assertThat(report.count()).isEqualTo(5);
    assertThat(report.pods()).containsExactly("a/x", "a/y", "c/x");
    assertThat(report.attached())
        .as("the first that has some, to the second")
        .isEqualTo(ATTACHED.plusSeconds(7));
    assertThat(StuckPodsSummary.report(false, known, StuckPodsPolicy.REPORT, _ -> false).pods())
        .containsExactly("x", "y", "x");
  }

  @Test
  void tenAreNamed() {
    IntStream.range(0, 30).forEach(i -> known.put("ns-" + i, looked(found(1, "x"), ATTACHED)));
    assertThat(report(StuckPodsPolicy.REPORT, "").pods()).hasSize(10);
    assertThat(report(StuckPodsPolicy.REPORT, "").count()).isEqualTo(30);
  }

  /**
   * With stuck Pods in the namespace a alone, an eviction was last forbidden there, or elsewhere.
   */
  @ParameterizedTest
  @CsvSource({
    "REPORT, '', Delete them",
    "REPORT, a, Delete them",
    "EVICT, '', Those that a controller replaces are evicted",
    "EVICT, a, They can't be evicted (Forbidden)",
    "EVICT, b, Those that a controller replaces are evicted",
  })
  void itIsSaidWhatBecomesOfThem(StuckPodsPolicy policy, String forbiddenIn, String said) {
    known.put("a", looked(found(1, "x"), ATTACHED));
    known.put("b", looked(StuckPodsFindings.NOTHING, ATTACHED));
    assertThat(report(policy, forbiddenIn).advice()).startsWith(said);
  }

  @Test
  void thatPodsMayNotBeListedSomewhereIsSaidFirst() {
    known.put("a", looked(found(1, "x"), ATTACHED));
    known.put("b", looked(StuckPodsFindings.FORBIDDEN, ATTACHED));
    assertThat(report(StuckPodsPolicy.EVICT, "").message())
        .startsWith("1 older Pod waits for an image without it: a/x. Whether older Pods wait")
        .contains("(Forbidden)");
  }

  private StuckPodsReport report(StuckPodsPolicy policy, String forbiddenIn) {
    return StuckPodsSummary.report(true, known, policy, forbiddenIn::equals);
  }

  private static StuckPodsWindow looked(StuckPodsFindings found, Instant attached) {
    return StuckPodsWindow.opened(attached).looked(found, attached.plusSeconds(1));
  }

  private static StuckPodsFindings found(int count, String... names) {
    return new StuckPodsFindings(count, List.of(names), List.of(), false);
  }
}
