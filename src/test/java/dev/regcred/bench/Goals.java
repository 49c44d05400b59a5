package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;
import dev.regcred.bench.Results.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures that are aimed at, and growth, out of what was measured. */
record Goals(Results results) {
  static final String TABLE = "Goals";
  static final String GROWTH = "Growth";

  private static final double LINEAR = 1.2;

  void add() {
    growth();
    atMost("fan-out to 500, cold, times raw", 1.8, fanOut(NamespaceScenario.COLD));
    atMost("fan-out to 500, settled, times raw", 2, fanOut(NamespaceScenario.SETTLED));
    atMost("fan-out to 500, warm, times raw", 1.5, fanOut(NamespaceScenario.WARM));
    atMost("rotation to 500, times raw", 1.5, fanOut(NamespaceScenario.ROTATION));
    for (int size : List.of(500, 2_000)) {
      for (Finalizer finalizer : Finalizer.values()) {
        atLeast(
            "%,d credentials, cold, finalizer %s, %% of raw".formatted(size, finalizer.label()),
            size == 500 ? 65 : 75,
            results.value(
                CredentialScenario.ACTIVATION,
                Map.of("credentials", (long) size, "finalizer", finalizer.label(), "start", "cold"),
                "share of raw, %"));
      }
    }
    atMost(
        "500 credentials, warm, times API server's CPU",
        0.25,
        results.value(
            CredentialScenario.ACTIVATION,
            Map.of("credentials", 500L, "finalizer", Finalizer.OPERATOR.label(), "start", "warm"),
            CpuUse.RATIO));
    atMost(
        "delete of 500 credentials, times raw",
        1.3,
        results.value(
            CredentialScenario.WITHDRAWAL,
            Map.of("credentials", 500L, "finalizer", Finalizer.OPERATOR.label(), "what", "delete"),
            "times raw"));
    atMost(
        "one rotation, p99, ms",
        15,
        results.value(
            RotationScenario.TABLE, Map.of("milliseconds", RotationScenario.OPERATOR), "p99"));
    atMost(
        "writes in the steady state", 0, results.value(SteadyState.TABLE, Map.of(), "API writes"));
    atMost(
        "resident at 1,000 credentials, MB",
        125,
        results.value(
            Footprint.TABLE,
            Map.of("credentials", 1_000L, "when", Footprint.AFTER_ACTIVATION),
            "resident, MB"));
    atMost(
        "growth to 10,000, times the time each",
        LINEAR,
        results.value(GROWTH, Map.of("of", cold(), "to", 10_000L), "times the time each"));
  }

  private Optional<Double> fanOut(String what) {
    return results.value(
        NamespaceScenario.TABLE, Map.of("namespaces", 500L, "what", what), "times raw");
  }

  private static String cold() {
    return "credentials, cold, finalizer " + Finalizer.OPERATOR.label();
  }

  /** The time for each object, compared with 500 objects or with the smallest size there is. */
  private void growth() {
    for (Finalizer finalizer : Finalizer.values()) {
      for (String start : List.of("cold", "warm")) {
        growth(
            "credentials, %s, finalizer %s".formatted(start, finalizer.label()),
            results.points(
                CredentialScenario.ACTIVATION,
                Map.of("finalizer", finalizer.label(), "start", start),
                "credentials",
                "s"));
      }
    }
    for (String what :
        List.of(NamespaceScenario.COLD, NamespaceScenario.ROTATION, NamespaceScenario.WARM)) {
      growth(
          what,
          results.points(NamespaceScenario.TABLE, Map.of("what", what), "namespaces", "last, ms"));
    }
  }

  private void growth(String of, List<SvgPlot.Point> points) {
    var base = points.stream().filter(point -> point.x() >= 500).findFirst();
    for (SvgPlot.Point point : points) {
      if (base.isPresent() && point.x() > base.get().x()) {
        results.add(
            GROWTH,
            new Row()
                .with("of", of)
                .with("from", (long) base.get().x())
                .with("to", (long) point.x())
                .with(
                    "times the time each",
                    point.y() / point.x() / (base.get().y() / base.get().x())));
      }
    }
  }

  private void atMost(String figure, double goal, Optional<Double> measured) {
    measured.ifPresent(value -> add(figure, "at most " + Table.cell(goal), value, value <= goal));
  }

  private void atLeast(String figure, double goal, Optional<Double> measured) {
    measured.ifPresent(value -> add(figure, "at least " + Table.cell(goal), value, value >= goal));
  }

  private void add(String figure, String goal, double measured, boolean isMet) {
    results.add(
        TABLE,
        new Row()
            .with("figure", figure)
            .with("goal", goal)
            .with("measured", measured)
            .with("met", isMet ? "yes" : "no"));
  }
}
