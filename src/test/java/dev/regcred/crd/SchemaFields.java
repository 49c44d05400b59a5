package dev.regcred.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The fields of a schema, by their paths. */
final class SchemaFields {
  /** It has no place in a Java type: it is declared only to be refused. */
  private static final String REFUSED = "spec.secretValue";

  /** The type comes from metav1.Condition and is a plain string there. */
  private static final String CONDITION_STATUS = "status.conditions[*].status";

  private SchemaFields() {}

  static Map<String, Field> of(SchemaNode schema) {
    var fields = new TreeMap<String, Field>();
    collectBelow(schema, fields);
    // A spec is required and a status is not, for every kind; Java has them in the library's type.
    fields.remove("spec");
    fields.remove("status");
    fields.remove(REFUSED);
    return fields;
  }

  private static void collectBelow(SchemaNode node, Map<String, Field> fields) {
    var required =
        node.json()
            .path("required")
            .valueStream()
            .map(JsonNode::asText)
            .collect(Collectors.toSet());
    node.children()
        .forEach(
            child -> {
              // The values of a map and the items of a list are never null.
              var isElement = !node.json().has("properties");
              fields.put(
                  child.path(),
                  new Field(form(child), isElement || required.contains(child.name())));
              collectBelow(child, fields);
            });
  }

  private static String form(SchemaNode node) {
    var json = node.json();
    var type = json.path("type").asText();
    return switch (type) {
      case "object" -> json.has("additionalProperties") ? "map" : "object";
      case "array" -> "list";
      case "string" -> formOfString(node);
      default -> type;
    };
  }

  private static String formOfString(SchemaNode node) {
    return node.json().has("enum") && !node.path().equals(CONDITION_STATUS)
        ? "enum"
        : node.json().path("format").asText("string");
  }

  /** The value with the defaults that the API server adds. */
  static JsonNode withDefaults(SchemaNode schema, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    var result = object.deepCopy();
    schema
        .properties()
        .forEach(
            field -> {
              var given = result.path(field.name());
              var present = given.isMissingNode() ? field.json().path("default") : given;
              if (!present.isMissingNode()) {
                result.set(field.name(), withDefaults(field, present));
              }
            });
    return result;
  }
}
