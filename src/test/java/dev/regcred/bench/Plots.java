package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;
import dev.regcred.bench.SvgPlot.Axis;
import dev.regcred.bench.SvgPlot.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The plots of what was measured, by the names of their files. */
final class Plots {
  private Plots() {}

  static Map<String, SvgPlot> of(Results results) {
    var plots = new LinkedHashMap<String, SvgPlot>();
    plots.put("growth", growth(results));
    plots.put("fan-out", fanOut(results));
    plots.put("latency", latency(results));
    plots.put("memory", memory(results));
    plots.values().removeIf(SvgPlot::isEmpty);
    return plots;
  }

  private static SvgPlot growth(Results results) {
    var series =
        Stream.of(Finalizer.values())
            .flatMap(
                finalizer ->
                    Stream.of(
                        activation(results, finalizer, "cold"),
                        activation(results, finalizer, "warm"),
                        withdrawal(results, finalizer)))
            .toList();
    return new SvgPlot(
        "Time until the last one is done",
        new Axis("credentials", true),
        new Axis("seconds", true),
        series);
  }

  private static Series activation(Results results, Finalizer finalizer, String start) {
    return new Series(
        "%s, finalizer %s".formatted(start, finalizer.label()),
        results.points(
            CredentialScenario.ACTIVATION,
            Map.of("finalizer", finalizer.label(), "start", start),
            "credentials",
            "s"));
  }

  private static Series withdrawal(Results results, Finalizer finalizer) {
    return new Series(
        "delete, finalizer " + finalizer.label(),
        results.points(
            CredentialScenario.WITHDRAWAL,
            Map.of("finalizer", finalizer.label(), "what", "delete"),
            "credentials",
            "s"));
  }

  private static SvgPlot fanOut(Results results) {
    var lines =
        Stream.of(
                NamespaceScenario.COLD,
                NamespaceScenario.WARM,
                NamespaceScenario.ROTATION,
                NamespaceScenario.DELETION)
            .map(what -> new Series(what, namespaces(results, what, "last, ms")));
    var raw =
        new Series("raw: as many Secrets", namespaces(results, NamespaceScenario.COLD, "raw, ms"));
    return new SvgPlot(
        "One credential: time until the last namespace",
        new Axis("namespaces", true),
        new Axis("milliseconds", true),
        Stream.concat(lines, Stream.of(raw)).toList());
  }

  private static List<SvgPlot.Point> namespaces(Results results, String what, String column) {
    return results.points(NamespaceScenario.TABLE, Map.of("what", what), "namespaces", column);
  }

  private static SvgPlot latency(Results results) {
    return new SvgPlot(
        "One rotation at a time",
        new Axis("percentile", false),
        new Axis("milliseconds", false),
        Stream.of(
                Map.entry(RotationScenario.OPERATOR, "until the pull Secret is seen"),
                Map.entry(RotationScenario.LEAN, "both writes, lean client"),
                Map.entry(RotationScenario.GET, RotationScenario.GET))
            .map(
                entry ->
                    new Series(
                        entry.getValue(), results.curves().getOrDefault(entry.getKey(), List.of())))
            .toList());
  }

  private static SvgPlot memory(Results results) {
    var which = Map.of("when", Footprint.AFTER_ACTIVATION, "finalizer", Finalizer.OPERATOR.label());
    return new SvgPlot(
        "Memory of the operator",
        new Axis("credentials", true),
        new Axis("MB", false),
        Stream.of("resident, MB", "live heap, MB")
            .map(
                column ->
                    new Series(
                        column, results.points(Footprint.TABLE, which, "credentials", column)))
            .toList());
  }
}
