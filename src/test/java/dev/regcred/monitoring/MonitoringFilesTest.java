package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That alerts, runbooks and dashboard belong together. MonitoringIT tries them. */
class MonitoringFilesTest {
  private static final Path RUNBOOKS = Path.of("docs/monitoring/runbooks.md");
  private static final Pattern SECTION = Pattern.compile("(?m)^## (\\w+)$");
  private static final Pattern METRIC = Pattern.compile("(?<!:)\\bregcred_[a-z_]+\\b(?!:)");

  static List<JsonNode> alerts() {
    return AlertRules.shipped().alerts();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertTellsWhatIsWrongAndWhatToDo(JsonNode alert) {
    var name = alert.path("alert").asText();
    assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
    assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
    assertThat(alert.at("/annotations/description").asText()).isNotBlank();
    assertThat(alert.at("/annotations/runbook_url").asText())
        .endsWith(RUNBOOKS + "#" + name.toLowerCase(Locale.ROOT));
    assertThat(alert.path("for").asText()).as("how long it lasts first").isNotBlank();
  }

  @Test
  void everyAlertHasARunbookAndEveryRunbookAnAlert() throws IOException {
    var sections =
        SECTION
            .matcher(Files.readString(RUNBOOKS))
            .results()
            .map((MatchResult section) -> section.group(1))
            .toList();
    assertThat(sections).isEqualTo(AlertRules.shipped().alertNames());
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void promtoolLooksAtAnAlertWhenItFiresAndWhenItDoesNot(JsonNode alert) {
    var fires =
        AlertRules.shipped()
            .cases(alert.path("alert").asText())
            .collect(Collectors.partitioningBy(row -> !row.path("exp_alerts").isEmpty()));
    assertThat(fires.get(true)).as("cases in which it fires").isNotEmpty();
    assertThat(fires.get(false)).as("cases in which it does not").hasSizeGreaterThan(1);
  }

  @Test
  void theManualNamesEveryAlertAndEveryMetricIsDocumented() throws IOException {
    var manual = Files.readString(Path.of("docs/monitoring/README.md"));
    assertThat(manual).contains(AlertRules.shipped().alertNames());
    var used = new TreeSet<>(metrics(AlertRules.shipped().expressions()));
    used.addAll(
        metrics(
            Dashboard.shipped().panels().stream()
                .flatMap(panel -> panel.targets().stream())
                .map(Dashboard.Target::expression)
                .toList()));
    assertThat(used).hasSizeGreaterThan(5);
    var documented = Files.readString(Path.of("docs/metrics.md"));
    assertThat(used)
        .allSatisfy(
            metric -> assertThat(documented).contains(metric.replaceAll("_(sum|count)$", "")));
  }

  private static Set<String> metrics(List<String> expressions) {
    return METRIC
        .matcher(String.join("\n", expressions))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @Test
  void thePanelsLieSideBySide() {
    var taken = new HashSet<String>();
    for (Dashboard.Panel panel : Dashboard.shipped().panels()) {
      var place = panel.place();
      assertThat(place.x() + place.width()).as(panel.title()).isLessThanOrEqualTo(24);
      for (int x = place.x(); x < place.x() + place.width(); x++) {
        for (int y = place.y(); y < place.y() + place.height(); y++) {
          assertThat(taken.add(x + " " + y)).as("%s overlaps another", panel.title()).isTrue();
        }
      }
    }
  }

  @Test
  void everyPanelSaysWhatItShowsAndAsksTheDataSourceThatWasChosen() {
    var ids = new HashSet<Integer>();
    for (JsonNode panel : Dashboard.shipped().document().path("panels")) {
      var title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).as("id of %s", title).isTrue();
      assertThat(panel.path("description").asText()).as(title).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
      assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      assertThat(panel.path("targets")).as(title).isNotEmpty();
      assertThat(panel.path("targets"))
          .allSatisfy(
              target ->
                  assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}"));
    }
  }

  @Test
  void everyVariableOfTheExpressionsIsOneOfTheDashboard() {
    var variables = new ArrayList<String>(List.of("__rate_interval"));
    Dashboard.shipped()
        .document()
        .at("/templating/list")
        .forEach(variable -> variables.add(variable.path("name").asText()));
    assertThat(variables).contains("datasource").containsAll(Dashboard.shipped().variablesUsed());
  }
}
