package dev.regcred.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was measured: tables, curves for the plots, and notes on what is missing. */
final class Results {
  private final Map<String, List<Map<String, Object>>> tables = new LinkedHashMap<>();
  private final Map<String, List<SvgPlot.Point>> curves = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> requests = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** A row under construction; its columns keep their order. */
  static final class Row {
    private final Map<String, Object> cells = new LinkedHashMap<>();

    Row with(String column, String value) {
      cells.put(column, value);
      return this;
    }

    Row with(String column, long value) {
      cells.put(column, value);
      return this;
    }

    Row with(String column, double value) {
      cells.put(column, value);
      return this;
    }
  }

  void add(String table, Row row) {
    tables.computeIfAbsent(table, _ -> new ArrayList<>()).add(row.cells);
    System.out.printf("  = %s: %s%n", table, Table.line(row.cells));
  }

  void curve(String name, List<SvgPlot.Point> points) {
    curves.put(name, points);
  }

  /** The API requests of each credential, by verb and resource. */
  void requests(String what, ApiServerMeter.Counters counted, int credentials) {
    var each = new TreeMap<String, Double>();
    counted.byKind().forEach((kind, count) -> each.put(kind, (double) count / credentials));
    requests.put(what, each);
  }

  void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
      System.out.println("  " + note);
    }
  }

  Map<String, List<Map<String, Object>>> tables() {
    return tables;
  }

  Map<String, List<SvgPlot.Point>> curves() {
    return curves;
  }

  Map<String, Map<String, Double>> requests() {
    return requests;
  }

  List<String> notes() {
    return notes;
  }

  /** A number of the row that has these cells. */
  Optional<Double> value(String table, Map<String, ?> cells, String column) {
    return rows(table, cells).stream()
        .map(row -> row.get(column))
        .filter(Number.class::isInstance)
        .map(value -> ((Number) value).doubleValue())
        .findFirst();
  }

  /** Two columns of all rows that have these cells. */
  List<SvgPlot.Point> points(String table, Map<String, ?> cells, String x, String y) {
    return rows(table, cells).stream()
        .filter(row -> row.get(x) instanceof Number && row.get(y) instanceof Number)
        .map(
            row ->
                new SvgPlot.Point(
                    ((Number) row.get(x)).doubleValue(), ((Number) row.get(y)).doubleValue()))
        .sorted(java.util.Comparator.comparingDouble(SvgPlot.Point::x))
        .toList();
  }

  private List<Map<String, Object>> rows(String table, Map<String, ?> cells) {
    return tables.getOrDefault(table, List.of()).stream()
        .filter(row -> row.entrySet().containsAll(cells.entrySet()))
        .toList();
  }
}
