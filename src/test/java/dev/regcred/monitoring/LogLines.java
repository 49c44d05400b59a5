package dev.regcred.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JSON log, as docs/logs.md describes it. */
final class LogLines {
  /** What every line has, in this order. */
  static final List<String> KEYS =
      List.of(
          "timestamp",
          "level",
          "loggerName",
          "kind",
          "namespace",
          "name",
          "state",
          "reason",
          "formattedMessage",
          "throwable");

  private static final ObjectMapper JSON = new ObjectMapper();

  private LogLines() {}

  /**
   * One object for each line.
   *
   * @throws AssertionError if a line is none
   */
  static List<JsonNode> parsed(String log) {
    var lines = new ArrayList<JsonNode>();
    for (String line : log.lines().toList()) {
      try {
        lines.add(JSON.readTree(line));
      } catch (JsonProcessingException e) {
        throw new AssertionError("Not JSON: " + line, e);
      }
    }
    return lines;
  }

  static List<String> keys(JsonNode line) {
    return line.properties().stream().map(Map.Entry::getKey).toList();
  }
}
