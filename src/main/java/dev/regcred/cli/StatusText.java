package dev.regcred.cli;

import dev.regcred.diagnosis.CredentialTable;
import dev.regcred.diagnosis.CredentialTable.Problem;
import dev.regcred.diagnosis.CredentialTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text of a table of credentials. */
final class StatusText {
  private static final List<String> HEADER =
      List.of("NAME", "DESIRED", "STATE", "READY", "VERIFIED", "PROBLEM");

  private final boolean isWithNamespaces;

  /**
   * @param isWithNamespaces whether there is a column of them
   */
  StatusText(boolean isWithNamespaces) {
    this.isWithNamespaces = isWithNamespaces;
  }

  /** The table, and a last line that says what to do. */
  String of(CredentialTable table) {
    var rows = new ArrayList<List<String>>();
    rows.add(row("NAMESPACE", HEADER));
    table.credentials().forEach(row -> rows.add(cells(row)));
    var notes = table.notes().stream().map(note -> note + "\n").collect(Collectors.joining());
    return (rows.size() == 1 ? "" : Table.of(rows) + "\n") + notes + table.advice() + "\n";
  }

  /** One row, when it has changed. */
  String of(Row row) {
    return Table.of(List.of(cells(row)));
  }

  private List<String> cells(Row row) {
    return row(
        row.namespace() == null ? "-" : row.namespace(),
        List.of(
            // As the other commands take it.
            row.namespace() == null ? "cregcred/" + row.name() : row.name(),
            orNone(row.desiredState()),
            orNone(row.state()),
            row.ready(),
            orNone(row.verified()),
            problem(row.problem())));
  }

  private List<String> row(String namespace, List<String> cells) {
    if (!isWithNamespaces) {
      return cells;
    }
    var row = new ArrayList<>(List.of(namespace));
    row.addAll(cells);
    return row;
  }

  private static String problem(@Nullable Problem problem) {
    return problem == null ? "-" : problem.reason() + ": " + problem.message();
  }

  private static String orNone(@Nullable String text) {
    return Objects.requireNonNullElse(text, "-");
  }
}
