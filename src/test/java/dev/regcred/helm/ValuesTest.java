package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** values.yaml, its schema, the templates and the page about them are about the same values. */
class ValuesTest {
  /** They are open because the API server knows better what is in them, or because nobody does. */
  private static final Set<String> OPEN =
      Set.of(
          "/properties/global",
          "/properties/affinity/properties/nodeAffinity",
          "/properties/affinity/properties/podAffinity",
          "/properties/affinity/properties/podAntiAffinity");

  private JsonNode schema;
  private JsonNode presets;

  @BeforeEach
  void read() throws IOException {
    schema = Chart.schema();
    presets = Chart.presets();
  }

  @Test
  void thePageHasARowForEveryValue() throws IOException {
    assertThat(Files.readString(Path.of("docs/values.md")).lines())
        .filteredOn(line -> line.startsWith("| `"))
        .containsExactlyElementsOf(values().stream().map(ChartValue::row).toList());
  }

  @Test
  void everyValueHasAPresetAndEveryPresetIsAValue() {
    assertThat(values())
        .filteredOn(value -> !value.isOfItem() && value.preset().isMissingNode())
        .extracting(ChartValue::path)
        .containsExactly("global");
    assertThat(paths("", presets)).isSubsetOf(values().stream().map(ChartValue::path).toList());
  }

  @Test
  void nothingUnknownIsAccepted() {
    assertThat(objects("", schema))
        .allSatisfy(
            (place, object) -> {
              if (OPEN.contains(place)) {
                assertThat(object.has("additionalProperties")).as(place).isFalse();
              } else {
                var others = object.path("additionalProperties");
                assertThat(others.isBoolean() ? !others.asBoolean() : others.isObject())
                    .as(place)
                    .isTrue();
              }
            });
  }

  @Test
  void everyValueIsDescribedInSentences() {
    assertThat(properties("", schema))
        .allSatisfy(
            (place, property) ->
                assertThat(property.path("description").asText()).as(place).endsWith("."));
  }

  @Test
  void everyNumberIsBounded() {
    assertThat(values())
        .filteredOn(value -> value.schema().path("type").asText().equals("integer"))
        .isNotEmpty()
        .allSatisfy(
            value -> {
              assertThat(value.schema().has("minimum")).isTrue();
              assertThat(value.schema().has("maximum")).isTrue();
            });
  }

  @Test
  void theDefaultsAreExplainedWhereTheyAre() throws IOException {
    var file = Files.readString(Path.of(Chart.DIRECTORY, "values.yaml"));
    assertThat(file.split("\n\n")).allSatisfy(group -> assertThat(group).startsWith("#"));
  }

  private List<ChartValue> values() {
    return ChartValue.all(schema, presets);
  }

  /** What values.yaml sets, as deep as the schema names it. */
  private List<String> paths(String prefix, JsonNode node) {
    var known = values().stream().map(ChartValue::path).toList();
    return node.properties().stream()
        .flatMap(
            field -> {
              var path = prefix + field.getKey();
              return known.contains(path) || !field.getValue().isObject()
                  ? Stream.of(path)
                  : paths(path + ".", field.getValue()).stream();
            })
        .toList();
  }

  /** Every place of the schema that takes an object. */
  private static Map<String, JsonNode> objects(String place, JsonNode node) {
    var result = new TreeMap<String, JsonNode>();
    collect(place, node, result);
    result.values().removeIf(schema -> !schema.path("type").asText().equals("object"));
    return result;
  }

  /** Every named field of the schema. */
  private static Map<String, JsonNode> properties(String place, JsonNode node) {
    var result = new TreeMap<String, JsonNode>();
    collect(place, node, result);
    result.keySet().removeIf(path -> !path.matches(".*/properties/[^/]+"));
    return result;
  }

  private static void collect(String place, JsonNode node, Map<String, JsonNode> schemas) {
    schemas.put(place, node);
    node.path("properties")
        .properties()
        .forEach(
            field -> collect(place + "/properties/" + field.getKey(), field.getValue(), schemas));
    if (node.has("items")) {
      collect(place + "/items", node.get("items"), schemas);
    }
  }
}
