package dev.regcred.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes what was measured: JSON, a Markdown page and plots.
 *
 * @param directory for all of them
 * @param conditions the machine and the programs
 */
record Report(Path directory, Map<String, String> conditions) {
  private static final String BEGIN = "<!-- bench -->";
  private static final String END = "<!-- /bench -->";

  void write(Results results) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("bench.json"), json(results));
      Files.writeString(directory.resolve("bench.md"), markdown(results, ""));
      plots(results, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces what the page shows between its two marks. */
  void publish(Results results, Path page) {
    try {
      var text = Files.readString(page);
      var plots = page.resolveSibling("performance");
      Files.createDirectories(plots);
      plots(results, plots);
      Files.writeString(
          page,
          text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
              + "\n"
              + markdown(results, "performance/")
              + text.substring(text.indexOf(END)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void plots(Results results, Path directory) throws IOException {
    for (var plot : Plots.of(results).entrySet()) {
      Files.writeString(directory.resolve(plot.getKey() + ".svg"), plot.getValue().svg());
    }
  }

  String markdown(Results results, String plotDirectory) {
    var text = new StringBuilder();
    conditions.forEach((what, value) -> text.append("- %s: %s%n".formatted(what, value)));
    results.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    results
        .tables()
        .forEach(
            (name, rows) -> text.append("%n### %s%n%n%s".formatted(name, Table.markdown(rows))));
    var plots = Plots.of(results);
    if (!plots.isEmpty()) {
      text.append("%n### Plots%n%n".formatted());
      plots.forEach(
          (file, plot) ->
              text.append("![%s](%s%s.svg)%n".formatted(plot.title(), plotDirectory, file)));
    }
    return text.toString();
  }

  String json(Results results) throws IOException {
    var document = new LinkedHashMap<String, Object>();
    document.put("conditions", conditions);
    document.put("notes", results.notes());
    document.put("tables", withoutGaps(results.tables()));
    document.put("requestsOfEachCredential", results.requests());
    document.put("percentilesInMilliseconds", results.curves());
    return new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValueAsString(document);
  }

  /** JSON knows no NaN. */
  private static Map<String, List<Map<String, Object>>> withoutGaps(
      Map<String, List<Map<String, Object>>> tables) {
    return tables.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                table ->
                    table.getValue().stream()
                        .map(
                            row -> {
                              Map<String, Object> copy = new LinkedHashMap<>(row);
                              copy.values()
                                  .removeIf(value -> value instanceof Double d && d.isNaN());
                              return copy;
                            })
                        .toList(),
                (first, _) -> first,
                LinkedHashMap::new));
  }
}
