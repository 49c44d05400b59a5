package dev.regcred.crd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Something in a schema that an object can violate.
 *
 * @param field where the API server reports it
 * @param phrase what the API server says then, apart from the value that it found
 */
record Constraint(String field, String phrase) {
  /** In an expression; all that is no message stands in single quotes. */
  private static final Pattern MESSAGE = Pattern.compile("\"([^\"]+)\"");

  /** Everything that can be violated at this place of the schema. */
  static Stream<Constraint> of(SchemaNode node) {
    return Stream.concat(
        node.json().properties().stream()
            .flatMap(keyword -> ofKeyword(node, keyword.getKey(), keyword.getValue())),
        elements(node.json().path("x-kubernetes-validations")).flatMap(rule -> ofRule(node, rule)));
  }

  private static Stream<Constraint> ofKeyword(SchemaNode node, String keyword, JsonNode value) {
    return switch (keyword) {
      // The API server counts characters here, whatever its message says.
      case "maxLength" -> violated(node, "Too long: may not be more than " + value + " bytes");
      case "minLength" -> violated(node, "should be at least " + value + " chars long");
      case "pattern" -> violated(node, "should match '" + value.asText() + "'");
      case "minimum" -> violated(node, "should be greater than or equal to " + value);
      case "minItems" -> violated(node, "should have at least " + value + " items");
      case "maxItems", "maxProperties" -> violated(node, "must have at most " + value + " item");
      case "enum" ->
          violated(
              node,
              "supported values: "
                  + elements(value).map(JsonNode::toString).collect(Collectors.joining(", ")));
      case "x-kubernetes-list-type" ->
          value.asText().equals("set")
              ? Stream.of(new Constraint(node.path() + "[*]", "Duplicate value"))
              : Stream.empty();
      case "required" ->
          elements(value)
              .map(field -> new Constraint(node.below(field.asText()), "Required value"));
      default -> Stream.empty();
    };
  }

  private static Stream<Constraint> violated(SchemaNode node, String phrase) {
    return Stream.of(new Constraint(node.path(), phrase));
  }

  /** One of its own for each message that the rule may give. */
  private static Stream<Constraint> ofRule(SchemaNode node, JsonNode rule) {
    var field = node.path() + rule.path("fieldPath").asText();
    var place = field.startsWith(".") ? field.substring(1) : field;
    return rule.has("messageExpression")
        ? MESSAGE
            .matcher(rule.path("messageExpression").asText())
            .results()
            .map(message -> new Constraint(place, message.group(1)))
        : Stream.of(new Constraint(place, rule.path("message").asText()));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Whether this error is about a violation of this constraint. */
  boolean isViolatedIn(String error) {
    // The keys of a map and the indices of a list are whatever the object has there.
    var place = "\\Q" + field.replace("*", "\\E[^:]+\\Q") + "\\E: ";
    return Pattern.compile(place).matcher(error).lookingAt() && error.contains(phrase);
  }

  @Override
  public String toString() {
    return field + ": " + phrase;
  }
}
