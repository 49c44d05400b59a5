package dev.regcred.cli;

import dev.regcred.diagnosis.PullMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Who can pull an image, as a table. */
final class MatrixText {
  private static final List<String> HEADER =
      List.of("NAMESPACE", "SERVICEACCOUNT", "SECRET", "ENTRY", "KEPT BY");

  private MatrixText() {}

  /** The table, and a last line that sums it up. */
  static String of(PullMatrix matrix) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEADER);
    matrix.rows().forEach(row -> rows.add(cells(row)));
    var summary =
        "%s of %s ServiceAccounts have an account for %s for new Pods."
            .formatted(matrix.canPull(), matrix.of(), matrix.image());
    var notes = matrix.notes().stream().map(note -> note + "\n").collect(Collectors.joining());
    return (rows.size() == 1 ? "" : Table.of(rows) + "\n") + notes + summary + "\n";
  }

  private static List<String> cells(PullMatrix.Row row) {
    return List.of(
        row.namespace(),
        row.serviceAccount(),
        row.secret(),
        row.problem() == null ? String.valueOf(row.server()) : "none: " + row.problem(),
        row.keptBy().isEmpty() ? "-" : String.join(", ", row.keptBy()));
  }
}
