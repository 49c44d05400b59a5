package dev.regcred.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The Grafana dashboard that ships. */
record Dashboard(JsonNode document) {
  static final Path FILE = Path.of("helm/regcred/files/dashboard.json");
  private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  /**
   * A panel.
   *
   * @param place on Grafana's grid of 24 columns
   * @param isStat whether it is one number; else lines over time
   * @param isStacked whether the lines are on top of each other
   * @param unit as Grafana calls it
   */
  record Panel(
      String title,
      Place place,
      boolean isStat,
      boolean isStacked,
      String unit,
      List<Target> targets) {}

  record Place(int x, int y, int width, int height) {}

  /**
   * What is asked for a panel.
   *
   * @param expression with the variables of the dashboard
   * @param legend the name of a series, with labels in it
   */
  record Target(String expression, String legend) {
    /**
     * As Prometheus is asked for it when every namespace and job is selected.
     *
     * @param rateInterval what Grafana makes of {@code $__rate_interval}
     */
    String query(String rateInterval) {
      return expression
          .replace("$__rate_interval", rateInterval)
          .replace("$namespace", ".*")
          .replace("$job", ".*");
    }

    String legend(Map<String, String> labels) {
      return LEGEND_LABEL
          .matcher(legend)
          .replaceAll(label -> quoted(labels.getOrDefault(label.group(1), "")));
    }

    private static String quoted(String text) {
      return java.util.regex.Matcher.quoteReplacement(text);
    }
  }

  static Dashboard shipped() {
    try {
      return new Dashboard(new ObjectMapper().readTree(FILE.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Panel> panels() {
    return StreamSupport.stream(document.path("panels").spliterator(), false)
        .map(Dashboard::panel)
        .toList();
  }

  private static Panel panel(JsonNode panel) {
    var place = panel.path("gridPos");
    var targets = new ArrayList<Target>();
    panel
        .path("targets")
        .forEach(
            target ->
                targets.add(
                    new Target(
                        target.path("expr").asText(), target.path("legendFormat").asText())));
    return new Panel(
        panel.path("title").asText(),
        new Place(
            place.path("x").asInt(),
            place.path("y").asInt(),
            place.path("w").asInt(),
            place.path("h").asInt()),
        panel.path("type").asText().equals("stat"),
        panel.at("/fieldConfig/defaults/custom/stacking/mode").asText().equals("normal"),
        panel.at("/fieldConfig/defaults/unit").asText(),
        targets);
  }

  /** The variables, such as {@code namespace}, that its expressions use. */
  List<String> variablesUsed() {
    return Pattern.compile("\\$(\\w+)")
        .matcher(
            String.join(
                "\n",
                panels().stream()
                    .flatMap(panel -> panel.targets().stream())
                    .map(Target::expression)
                    .toList()))
        .results()
        .map((MatchResult result) -> result.group(1))
        .distinct()
        .toList();
  }
}
