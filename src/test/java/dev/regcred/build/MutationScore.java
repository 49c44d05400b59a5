package dev.regcred.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * What the unit tests of a package notice of its mutants.
 *
 * @param name the package's
 */
record MutationScore(String name, List<Mutant> mutants) {
  /** In percent, of all mutants: judged survivors count as survivors. */
  static final int LEAST = 95;

  static final String HEADER =
      "package     mutants  killed  timed out  survived  not covered  score  strength";

  /**
   * A mutant.
   *
   * @param place class and method
   * @param code the line of source that it is in
   * @param change what was done to it
   * @param status as PIT names it
   */
  record Mutant(String place, String code, String change, String status) {
    boolean survived() {
      return status.equals("SURVIVED") || status.equals("NO_COVERAGE");
    }

    /** As a row of docs/mutation.md, without the verdict. */
    @Override
    public String toString() {
      return "| `%s` | `%s` | %s |".formatted(place, code.replace("|", "\\|"), change);
    }
  }

  /**
   * A row of docs/mutation.md.
   *
   * @param code a part of the line of source
   */
  private record Judged(String row, String place, String code, String change) {
    private static final Pattern ROW =
        Pattern.compile("^\\| `([^`]+)` \\| `([^`]+)` \\| ([^|]+?) \\| .*\\w.* \\|$");

    static List<Judged> of(String section) {
      return section
          .lines()
          .map(ROW::matcher)
          .filter(row -> row.matches())
          .map(
              row ->
                  new Judged(
                      row.group(), row.group(1), row.group(2).replace("\\|", "|"), row.group(3)))
          .toList();
    }

    boolean isAbout(Mutant mutant) {
      return place.equals(mutant.place)
          && mutant.code.contains(code)
          && change.equals(mutant.change);
    }
  }

  /** Reads PIT's report. */
  static MutationScore read(String name, Path report, Path sources) throws Exception {
    var nodes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("mutation");
    var mutants = new ArrayList<Mutant>();
    for (int i = 0; i < nodes.getLength(); i++) {
      mutants.add(mutant((Element) nodes.item(i), sources));
    }
    return new MutationScore(name, List.copyOf(mutants));
  }

  private static Mutant mutant(Element element, Path sources) throws Exception {
    var mutated = text(element, "mutatedClass");
    var folder = mutated.replaceFirst("\\.[^.]*$", "").replace('.', '/');
    var source = Files.readAllLines(sources.resolve(folder).resolve(text(element, "sourceFile")));
    var type = mutated.replaceFirst(".*\\.", "").replace('$', '.');
    // The number of a lambda changes with those before it.
    var method = text(element, "mutatedMethod").replaceFirst("lambda\\$(.*)\\$\\d+", "$1");
    var change =
        text(element, "description")
            .replaceFirst(" for dev/regcred/.*", "")
            .replaceAll("(?:[a-z0-9]+/)+(?=[A-Z])", "");
    return new Mutant(
        type + "." + method,
        source.get(Integer.parseInt(text(element, "lineNumber")) - 1).strip(),
        change,
        element.getAttribute("status"));
  }

  private static String text(Element element, String tag) {
    return element.getElementsByTagName(tag).item(0).getTextContent();
  }

  private long count(String status) {
    return mutants.stream().filter(mutant -> mutant.status.equals(status)).count();
  }

  private double percentKilled(long of) {
    var survivors = mutants.stream().filter(Mutant::survived).count();
    return 100.0 * (mutants.size() - survivors) / of;
  }

  private double percent() {
    return percentKilled(mutants.size());
  }

  /** A line under {@link #HEADER}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-10s %8d %7d %10d %9d %12d %5.1f%% %8.1f%%",
        name,
        mutants.size(),
        count("KILLED"),
        count("TIMED_OUT"),
        count("SURVIVED"),
        count("NO_COVERAGE"),
        percent(),
        percentKilled(mutants.size() - count("NO_COVERAGE")));
  }

  /**
   * What is wrong with it.
   *
   * @param judged the text of docs/mutation.md, which has a section for each package and a row for
   *     each survivor
   */
  List<String> faults(String judged) {
    var faults = new ArrayList<String>();
    if (percent() < LEAST) {
      faults.add("%s: less than %d %% of the mutants are killed".formatted(name, LEAST));
    }
    var rows = new ArrayList<>(Judged.of(section(judged)));
    for (var mutant : mutants) {
      if (mutant.survived()) {
        var row = rows.stream().filter(judgement -> judgement.isAbout(mutant)).findFirst();
        row.ifPresentOrElse(
            rows::remove, () -> faults.add(name + ": unjudged survivor: " + mutant));
      }
    }
    rows.forEach(row -> faults.add(name + ": judged, but no survivor: " + row.row));
    return faults;
  }

  private String section(String judged) {
    var sections = judged.split("\n## ", -1);
    for (var section : sections) {
      if (section.startsWith("`" + name + "`\n")) {
        return section;
      }
    }
    return "";
  }
}
