package dev.regcred.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows as a Markdown table that is also legible as it is: the columns are aligned. */
final class Table {
  private Table() {}

  private record Column(String name, boolean isNumber, int width) {
    static Column of(String name, List<Map<String, Object>> rows) {
      return new Column(
          name,
          rows.stream().anyMatch(row -> row.get(name) instanceof Number),
          Stream.concat(
                  Stream.of(name.length(), 3),
                  rows.stream().map(row -> cell(row.get(name)).length()))
              .mapToInt(Integer::intValue)
              .max()
              .orElseThrow());
    }

    String padded(String text) {
      return String.format(Locale.ROOT, isNumber ? "%" + width + "s" : "%-" + width + "s", text);
    }

    String rule() {
      return isNumber ? "-".repeat(width - 1) + ":" : "-".repeat(width);
    }
  }

  static String markdown(List<Map<String, Object>> rows) {
    var names = new LinkedHashSet<String>();
    rows.forEach(row -> names.addAll(row.keySet()));
    var columns = names.stream().map(name -> Column.of(name, rows)).toList();
    var head = columns.stream().map(column -> column.padded(column.name()));
    var rule = columns.stream().map(Column::rule);
    var body =
        rows.stream()
            .map(
                row -> columns.stream().map(column -> column.padded(cell(row.get(column.name())))));
    return Stream.concat(Stream.of(head, rule), body)
        .map(cells -> cells.collect(Collectors.joining(" | ", "| ", " |\n")))
        .collect(Collectors.joining());
  }

  /** One row in words. */
  static String line(Map<String, Object> row) {
    return row.entrySet().stream()
        .map(entry -> entry.getKey() + " " + cell(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Three digits that matter. */
  static String cell(@org.jspecify.annotations.Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Double number when Double.isNaN(number) -> "";
      case Double number when Math.abs(number) >= 100 -> formatted("%,.0f", number);
      case Double number when Math.abs(number) >= 10 -> formatted("%.1f", number);
      case Double number -> formatted("%.2f", number);
      case Long number -> formatted("%,d", number);
      default -> value.toString();
    };
  }

  private static String formatted(String format, Number number) {
    return String.format(Locale.ROOT, format, number);
  }
}
