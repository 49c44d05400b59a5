package dev.regcred.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "50, 50", "50.5, 51", "99, 99", "99.1, 100", "100, 100"})
  void takesTheNearestRank(double percent, double milliseconds) {
    var latencies = new Latencies();
    for (int i = 100; i > 0; i--) {
      latencies.add(i * 1_000_000L);
    }

    assertThat(latencies.percentile(percent)).isEqualTo(milliseconds);
  }

  @Test
  void oneIsEveryPercentile() {
    var latencies = new Latencies();
    latencies.add(1_500_000);

    assertThat(latencies.curve()).hasSize(101).allMatch(point -> point.y() == 1.5);
  }

  @Test
  void noneHasNoPercentile() {
    assertThatThrownBy(() -> new Latencies().percentile(50))
        .isInstanceOf(IllegalStateException.class);
  }
}
