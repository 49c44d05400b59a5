package dev.regcred.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON log, as docs/logs.md describes it. */
final class LogLines {
  /** What every line has, in this order. */
  static final List<String> KEYS =
      List.of("timestamp", "level", "loggerName", "formattedMessage", "throwable");

  /** What a line has besides if it is about a resource. */
  private static final String PAIRS = "kvpList";

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

  /** The keys of a line, without what it says of a resource. */
  static List<String> keys(JsonNode line) {
    return line.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !key.equals(PAIRS))
        .toList();
  }

  /** What a line says of a resource, such as its kind; nothing if it is about none. */
  static Map<String, String> resource(JsonNode line) {
    var pairs = new TreeMap<String, String>();
    for (JsonNode pair : line.path(PAIRS)) {
      pair.properties().forEach(entry -> pairs.put(entry.getKey(), entry.getValue().asText()));
    }
    return pairs;
  }
}
