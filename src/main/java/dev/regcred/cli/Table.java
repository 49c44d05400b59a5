package dev.regcred.cli;

import java.util.List;
import java.util.stream.IntStream;

/** Rows in columns that are as wide as they must be, three blanks apart, as kubectl prints them. */
final class Table {
  private static final int GAP = 3;

  private Table() {}

  /**
   * The text, a line for each row.
   *
   * @param rows all with as many cells as the first
   */
  static String of(List<List<String>> rows) {
    var widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        var cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + GAP));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
