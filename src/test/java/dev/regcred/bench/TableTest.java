package dev.regcred.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsColumnsAndLeavesGapsEmpty() {
    var results = new Results();
    results.add("t", new Results.Row().with("what", "cold").with("credentials/s", 123.4));
    results.add(
        "t",
        new Results.Row()
            .with("what", "warm")
            .with("n", 10_000L)
            .with("credentials/s", Double.NaN));

    assertThat(Table.markdown(results.tables().getOrDefault("t", List.of())))
        .isEqualTo(
            """
            | what | credentials/s |      n |
            | ---- | ------------: | -----: |
            | cold |           123 |        |
            | warm |               | 10,000 |
            """);
  }

  @Test
  void keepsThreeDigitsThatMatter() {
    assertThat(List.of(Table.cell(1_234.4), Table.cell(12.345), Table.cell(0.128), Table.cell(7L)))
        .containsExactly("1,234", "12.3", "0.13", "7");
  }

  @Test
  void aRowIsFoundByItsCells() {
    var results = new Results();
    results.add("t", new Results.Row().with("n", 500L).with("what", "cold").with("s", 2.0));
    results.add("t", new Results.Row().with("n", 100L).with("what", "cold").with("s", 1.0));

    assertThat(results.value("t", Map.of("n", 500L, "what", "cold"), "s")).hasValue(2.0);
    assertThat(results.value("t", Map.of("n", 5L), "s")).isEmpty();
    assertThat(results.points("t", Map.of("what", "cold"), "n", "s"))
        .containsExactly(new SvgPlot.Point(100, 1), new SvgPlot.Point(500, 2));
  }
}
