package dev.regcred.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A value that a user of the chart can set.
 *
 * @param path such as {@code image.tag}; {@code registries[].name} is one of each item of a list
 * @param schema what values.schema.json says of it
 * @param preset what values.yaml has for it; missing where that has none
 * @param required whether an item of a list must have it
 */
record ChartValue(String path, JsonNode schema, JsonNode preset, boolean required) {
  /** Kubernetes says what is in these, or nobody does. */
  static final Set<String> FOREIGN =
      Set.of(
          "affinity",
          "global",
          "networkPolicy.metricsFrom",
          "registries[].allowedNamespaces",
          "tolerations");

  /**
   * All of them, in the order of the schema.
   *
   * @param schema values.schema.json
   * @param presets values.yaml
   */
  static List<ChartValue> all(JsonNode schema, JsonNode presets) {
    return within("", schema, presets).toList();
  }

  private static Stream<ChartValue> within(String prefix, JsonNode schema, JsonNode presets) {
    var required = schema.path("required").valueStream().map(JsonNode::asText).toList();
    return schema.path("properties").properties().stream()
        .flatMap(
            field ->
                new ChartValue(
                        prefix + field.getKey(),
                        field.getValue(),
                        presets.path(field.getKey()),
                        required.contains(field.getKey()))
                    .unfolded());
  }

  private Stream<ChartValue> unfolded() {
    if (FOREIGN.contains(path)) {
      return Stream.of(this);
    }
    if (schema.path("items").has("properties")) {
      return Stream.concat(
          Stream.of(this), within(path + "[].", schema.path("items"), MissingNode.getInstance()));
    }
    return schema.has("properties") ? within(path + ".", schema, preset) : Stream.of(this);
  }

  String description() {
    return schema.path("description").asText();
  }

  boolean isOfItem() {
    return path.contains("[]");
  }

  /** Its row in the table of docs/values.md. */
  String row() {
    return "| `%s` | %s | %s |".formatted(path, description().replace("|", "\\|"), shownPreset());
  }

  private String shownPreset() {
    if (required) {
      return "required";
    }
    if (preset.isMissingNode()) {
      return "none";
    }
    var isWord = preset.isTextual() && !preset.asText().isEmpty();
    return "`%s`".formatted(isWord ? preset.asText() : preset.toString());
  }

  @Override
  public String toString() {
    return path;
  }
}
