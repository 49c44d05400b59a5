package dev.regcred.crd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * A place in a CRD's schema.
 *
 * @param path as the API server names it in errors, such as {@code spec.email}; the keys of a map
 *     are {@code spec.target.labels.*}, the items of a list {@code status.history[*]}
 * @param json what the schema says of it
 */
record SchemaNode(String path, JsonNode json) {
  static SchemaNode root(JsonNode json) {
    return new SchemaNode("", json);
  }

  /** The place itself and everything below it. */
  Stream<SchemaNode> tree() {
    return Stream.concat(Stream.of(this), children().flatMap(SchemaNode::tree));
  }

  /** The place with this path, here or below. */
  SchemaNode at(String path) {
    return tree()
        .filter(node -> node.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not in the schema: " + path));
  }

  Stream<SchemaNode> children() {
    return Stream.of(properties(), child(".*", "additionalProperties"), child("[*]", "items"))
        .flatMap(nodes -> nodes);
  }

  /** The named fields of an object. */
  Stream<SchemaNode> properties() {
    return json.path("properties").properties().stream()
        .map(field -> new SchemaNode(below(field.getKey()), field.getValue()));
  }

  private Stream<SchemaNode> child(String suffix, String keyword) {
    return json.has(keyword)
        ? Stream.of(new SchemaNode(path + suffix, json.get(keyword)))
        : Stream.empty();
  }

  /** The path of a field of this object. */
  String below(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The values that are allowed, where they are enumerated. */
  List<String> words() {
    return json.path("enum").valueStream().map(JsonNode::asText).toList();
  }

  boolean isOfType(String type) {
    return json.path("type").asText().equals(type);
  }

  boolean isWithin(String field) {
    return path.equals(field) || path.startsWith(field + ".");
  }

  @Override
  public String toString() {
    return path;
  }
}
