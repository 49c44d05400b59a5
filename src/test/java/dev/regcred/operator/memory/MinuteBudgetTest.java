package dev.regcred.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinuteBudgetTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final MinuteBudget budget = new MinuteBudget(5, 30);

  @Test
  void aNamespaceHasFiveAMinute() {
    assertThat(taken("a", 500, NOW)).isEqualTo(5);
    assertThat(taken("a", 500, NOW.plusSeconds(59))).isZero();
    assertThat(taken("a", 500, NOW.plusSeconds(60))).isEqualTo(5);
  }

  @Test
  void aTenantTakesNothingFromTheOthersButWhatIsItsOwn() {
    taken("a", 500, NOW);
    assertThat(taken("b", 3, NOW)).isEqualTo(3);
  }

  @Test
  void theClusterHasThirtyAMinute() {
    var all = IntStream.range(0, 100).map(i -> taken("ns-" + i, 5, NOW)).sum();
    assertThat(all).isEqualTo(30);
    assertThat(taken("z", 5, NOW.plusSeconds(59))).isZero();
    assertThat(taken("z", 5, NOW.plusSeconds(60))).isEqualTo(1);
    assertThat(taken("y", 5, NOW.plusSeconds(300))).as("nobody else wants any").isEqualTo(5);
  }

  /**
   * Those of one tenant, say, which want more each minute, beside one that comes half a minute
   * later.
   */
  @ParameterizedTest
  @CsvSource({"6, 4", "29, 1", "30, 1", "60, 1", "300, 1"})
  void manyNamespacesKeepNoOtherFromItsShare(int many, int share) {
    int minutes = 1 + 2 * Math.ceilDiv(many + 1, 30);
    var byMinute = new int[minutes];
    int other = 0;
    for (int minute = 0; minute < minutes; minute++) {
      var start = NOW.plusSeconds(60L * minute);
      for (int i = 0; i < many; i++) {
        byMinute[minute] += taken("many-" + i, 500, start);
      }
      int late = taken("other", 500, start.plusSeconds(30));
      byMinute[minute] += late;
      other += late;
    }
    assertThat(other).as("of the other, in %s minutes", minutes).isGreaterThanOrEqualTo(share);
    assertThat(Arrays.stream(byMinute).max()).hasValue(30);
  }

  private int taken(String namespace, int wanted, Instant now) {
    return budget.take(namespace, wanted, now);
  }
}
