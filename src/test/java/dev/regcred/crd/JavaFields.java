package dev.regcred.crd;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The components of records, by the paths that they have in JSON.
 *
 * @param enums the types of those that are an enum
 */
record JavaFields(Map<String, Field> fields, Map<String, Class<?>> enums) {
  /** All that is found below these records. */
  static JavaFields of(Map<String, Class<?>> records) {
    var result = new JavaFields(new TreeMap<>(), new TreeMap<>());
    records.forEach(result::collectComponents);
    return result;
  }

  /** The words that the constants of an enum are in JSON. */
  static Set<String> values(Class<?> type) {
    var words = new TreeSet<String>();
    for (var constant : type.getEnumConstants()) {
      words.add(new ObjectMapper().valueToTree(constant).asText());
    }
    return words;
  }

  private void collectComponents(String path, Class<?> type) {
    for (var component : type.getRecordComponents()) {
      var property = component.getAccessor().getAnnotation(JsonProperty.class);
      collect(
          path + "." + component.getName(),
          component.getAnnotatedType(),
          property != null && property.required());
    }
  }

  private void collect(String path, AnnotatedType annotated, boolean required) {
    var type = annotated.getType();
    var form = form(type);
    fields.put(path, new Field(form, required));
    switch (form) {
      case "object" -> collectComponents(path, (Class<?>) type);
      case "enum" -> enums.put(path, (Class<?>) type);
      case "list" -> collect(path + "[*]", argument(annotated, 0), true);
      case "map" -> collect(path + ".*", argument(annotated, 1), true);
      default -> {}
    }
  }

  private static String form(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType().equals(List.class)
          ? "list"
          : generic.getRawType().equals(Map.class) ? "map" : type.getTypeName();
    }
    if (!(type instanceof Class<?> plain)) {
      return type.getTypeName();
    }
    if (plain.isEnum()) {
      return "enum";
    }
    if (plain.equals(Long.class) || plain.equals(long.class) || plain.equals(int.class)) {
      return "integer";
    }
    if (plain.equals(Instant.class)) {
      return "date-time";
    }
    if (plain.equals(String.class) || isWrittenAsString(plain)) {
      return "string";
    }
    return plain.isRecord() ? "object" : type.getTypeName();
  }

  private static boolean isWrittenAsString(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .anyMatch(
            method ->
                method.isAnnotationPresent(JsonValue.class)
                    && method.getReturnType().equals(String.class));
  }

  private static AnnotatedType argument(AnnotatedType list, int index) {
    return ((AnnotatedParameterizedType) list).getAnnotatedActualTypeArguments()[index];
  }
}
