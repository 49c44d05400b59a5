package dev.regcred.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The rules that ship, and the cases that promtool tests them by. */
record AlertRules(JsonNode document, JsonNode cases) {
  static final Path FILE = Path.of("helm/regcred/files/alerts.yaml");
  static final Path CASES = Path.of("src/test/resources/promtool/alerts_test.yaml");
  private static final YAMLMapper YAML = new YAMLMapper();

  static AlertRules shipped() {
    try {
      return new AlertRules(YAML.readTree(FILE.toFile()), YAML.readTree(CASES.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Alerts and recording rules. */
  List<JsonNode> all() {
    var rules = new ArrayList<JsonNode>();
    document.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  List<JsonNode> alerts() {
    return all().stream().filter(rule -> rule.has("alert")).toList();
  }

  List<String> alertNames() {
    return alerts().stream().map(rule -> rule.path("alert").asText()).toList();
  }

  List<String> expressions() {
    return all().stream().map(rule -> rule.path("expr").asText()).toList();
  }

  /** What the recording rules record. */
  List<String> recorded() {
    return all().stream()
        .filter(rule -> rule.has("record"))
        .map(rule -> rule.path("record").asText())
        .toList();
  }

  /** The moments at which an alert is looked at. */
  Stream<JsonNode> cases(String alert) {
    var rows = new ArrayList<JsonNode>();
    cases.path("tests").forEach(test -> test.path("alert_rule_test").forEach(rows::add));
    return rows.stream().filter(row -> row.path("alertname").asText().equals(alert));
  }

  /** The same rules, but one alert has another expression. */
  String with(String alert, String expression) {
    var changed = document.deepCopy();
    for (JsonNode group : changed.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.path("alert").asText().equals(alert)) {
          ((ObjectNode) rule).put("expr", expression);
        }
      }
    }
    return written(changed);
  }

  /** The cases, for rules in another file. */
  String casesFor(Path rules) {
    var changed = (ObjectNode) cases.deepCopy();
    changed.putArray("rule_files").add(rules.toAbsolutePath().toString());
    return written(changed);
  }

  private static String written(JsonNode document) {
    try {
      return YAML.writeValueAsString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
