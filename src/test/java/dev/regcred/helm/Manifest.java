package dev.regcred.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An object as a manifest declares it.
 *
 * @param json all of it
 */
record Manifest(JsonNode json) {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** The objects of one or more YAML documents. */
  static List<Manifest> parse(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).map(Manifest::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects by what they are and how they are named; two of one name are an error. */
  static Map<String, JsonNode> byName(List<Manifest> objects) {
    var result = new TreeMap<String, JsonNode>();
    for (var object : objects) {
      if (result.put(object.name(), object.json()) != null) {
        throw new IllegalArgumentException("twice: " + object.name());
      }
    }
    return result;
  }

  String kind() {
    return json.path("kind").asText();
  }

  String group() {
    var version = json.path("apiVersion").asText();
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  /** Such as {@code Role team-a/regcred-operator} or {@code ClusterRole regcred-operator}. */
  String name() {
    var metadata = json.path("metadata");
    var namespace = metadata.path("namespace").asText();
    return "%s %s%s"
        .formatted(
            kind(), namespace.isEmpty() ? "" : namespace + "/", metadata.path("name").asText());
  }

  /**
   * What is installed, whichever tool wrote it down: without the labels that say which one it was,
   * and with the environment variables of a container in one order.
   */
  Manifest withoutOrigin() {
    var copy = (ObjectNode) json.deepCopy();
    if (copy.path("metadata").path("labels") instanceof ObjectNode labels) {
      labels
          .properties()
          .removeIf(
              label ->
                  label.getKey().startsWith("app.kubernetes.io/")
                      || label.getKey().startsWith("helm.sh/"));
      if (labels.isEmpty()) {
        ((ObjectNode) copy.path("metadata")).remove("labels");
      }
    }
    copy.findValues("env").forEach(Manifest::sortByName);
    return new Manifest(copy);
  }

  private static void sortByName(JsonNode list) {
    var sorted =
        list.valueStream()
            .sorted(Comparator.comparing(item -> item.path("name").asText()))
            .toList();
    ((ArrayNode) list).removeAll().addAll(sorted);
  }

  /** For kubectl. */
  @Override
  public String toString() {
    return json.toString();
  }
}
