package dev.regcred.bench;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.regcred.bench.BenchOptions.Finalizer;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * The guard of what the operator costs, in figures that do not depend on the machine: requests, and
 * its processor time beside that of the API server for the same work. A figure outside its range
 * fails, also below it: then the range is to be made narrower, or something is not done any more.
 * It takes minutes, so it runs with {@code -Pexhaustive} only.
 */
class OperatorCostGuard {
  private static final int SIZE = 200;

  /**
   * A figure of the bench.
   *
   * @param cells the row that it is in, beside the size
   */
  private record Range(
      String table, Map<String, String> cells, String column, double from, double to) {
    double measured(Results results) {
      return results
          .value(table, cells, column)
          .orElseThrow(() -> new IllegalStateException("Nothing measured for " + this));
    }
  }

  private static Range credentials(String start, String column, double from, double to) {
    return new Range(CredentialScenario.ACTIVATION, Map.of("start", start), column, from, to);
  }

  private static Range withdrawal(String what, String column, double from, double to) {
    return new Range(CredentialScenario.WITHDRAWAL, Map.of("what", what), column, from, to);
  }

  private static Range namespaces(String what, String column, double from, double to) {
    return new Range(NamespaceScenario.TABLE, Map.of("what", what), column, from, to);
  }

  private static final List<Range> RANGES =
      List.of(
          // Some meet the registry before it is Active, and wait for it.
          credentials("cold", "requests each", 4.0, 5.5),
          credentials("warm", "requests each", 4.0, 4.3),
          credentials("warm", CpuUse.RATIO, 0.25, 0.6),
          // The last of them are the Kubernetes Events, of which there may be fewer.
          withdrawal("delete", "requests each", 4.0, 5.1),
          withdrawal("delete", CpuUse.RATIO, 0.25, 0.6),
          withdrawal("deactivate", "requests each", 4.0, 5.3),
          withdrawal("deactivate", CpuUse.RATIO, 0.25, 0.6),
          namespaces(NamespaceScenario.WARM, CpuUse.RATIO, 0.3, 1.1));

  @Test
  void isWithinItsRanges() throws Exception {
    var properties = new Properties();
    properties.setProperty("bench.settled.seconds", "0");
    var options = BenchOptions.of(properties);
    var results = new Results();

    new CredentialScenario(options, results).run(SIZE, Finalizer.OPERATOR, false);
    new NamespaceScenario(options, results).run(SIZE);

    assertSoftly(
        softly ->
            RANGES.forEach(
                range ->
                    softly
                        .assertThat(range.measured(results))
                        .as("%s %s, %s", range.table(), range.cells(), range.column())
                        .isBetween(range.from(), range.to())));
  }
}
