package dev.regcred.operator.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of a kubeconfig file, whose fields are read by name. What is refused names the field
 * and the file, and never repeats a value.
 *
 * @param file where it is written
 * @param path of the mapping in the file, such as {@code users[dev].user}
 * @param node the mapping; missing if it is absent
 */
record Section(Path file, String path, JsonNode node) {
  /** The text of a field; null if it is absent or empty, which is the same to client-go. */
  @Nullable String text(String field) {
    var value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw refused(field, "is not a text");
    }
    return value.textValue().isEmpty() ? null : value.textValue();
  }

  /**
   * The text of a field that has to be there.
   *
   * @throws IllegalArgumentException if there is none
   */
  String required(String field) {
    var text = text(field);
    if (text == null) {
      throw refused(field, "is not set");
    }
    return text;
  }

  /** A text that is sent in a header of HTTP; null if it is absent or empty. */
  @Nullable String header(String field) {
    var text = text(field);
    return text == null ? null : sendable(field, text);
  }

  private String sendable(String field, String text) {
    if (!isSendable(text)) {
      throw refused(field, "has a character that can't be sent: allowed is printable ASCII");
    }
    return text;
  }

  /** Whether it can stand in a header of HTTP. */
  static boolean isSendable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  boolean flag(String field) {
    var value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw refused(field, "is neither true nor false");
    }
    return value.booleanValue();
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** The texts of a list; none if it is absent. */
  List<String> texts(String field) {
    var texts = new ArrayList<String>();
    for (JsonNode item : items(field)) {
      if (!item.isTextual()) {
        throw refused(field, "is not a list of texts");
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** The texts of a list, which are sent in headers of HTTP. */
  List<String> headers(String field) {
    return texts(field).stream().map(text -> sendable(field, text)).toList();
  }

  /** The lists of texts of a mapping. */
  Map<String, List<String>> headersByKey(String field) {
    var lists = new TreeMap<String, List<String>>();
    var inner = section(field);
    inner.node.fieldNames().forEachRemaining(key -> lists.put(key, inner.headers(key)));
    return lists;
  }

  /** The items of a list; none if it is absent. */
  Iterable<JsonNode> items(String field) {
    var value = node.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw refused(field, "is not a list");
    }
    return value;
  }

  /** A mapping within this one; an empty one if it is absent. */
  Section section(String field) {
    var value = node.path(field);
    if (value.isNull()) {
      value = MissingNode.getInstance();
    }
    if (!value.isMissingNode() && !value.isObject()) {
      throw refused(field, "is not a mapping");
    }
    return new Section(file, inner(field), value);
  }

  /** A path that is relative to the file. */
  Path resolve(String name) {
    return file.toAbsolutePath().resolveSibling(name);
  }

  /** One sentence about a field. */
  IllegalArgumentException refused(String field, String why) {
    return new IllegalArgumentException("%s: %s %s".formatted(file, inner(field), why));
  }

  private String inner(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** The text says where it is, and nothing of what is in it. */
  @Override
  public String toString() {
    return file + ": " + path;
  }
}
