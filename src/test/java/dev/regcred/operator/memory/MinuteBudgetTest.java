package dev.regcred.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
    assertThat(taken("z", 5, NOW.plusSeconds(60))).isEqualTo(5);
  }

  private int taken(String namespace, int wanted, Instant now) {
    return budget.take(namespace, wanted, now);
  }
}
