package dev.regcred.build;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks for what can change behind the static fields of a class. The types that are declared do not
 * tell it, since a Map may be of either sort, so it goes through the values themselves, as far as
 * they lead through types of ours.
 */
final class StaticState {
  private static final String OURS = "dev.regcred.";

  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Class.class,
          Locale.class,
          Pattern.class,
          Duration.class,
          Instant.class,
          DateTimeFormatter.class,
          MediaType.class);

  private final Predicate<String> isExcepted;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> found = new ArrayList<>();

  private StaticState(Predicate<String> isExcepted) {
    this.isExcepted = isExcepted;
  }

  /**
   * What can change, as the way that leads there and why.
   *
   * @param isExcepted whether a field is left out, by its name as {@link #nameOf} has it
   */
  static List<String> of(Class<?> type, Predicate<String> isExcepted) {
    var state = new StaticState(isExcepted);
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
        state.look(nameOf(field), field, null);
      }
    }
    return state.found;
  }

  static String nameOf(Field field) {
    return field.getDeclaringClass().getName().substring(OURS.length()) + "." + field.getName();
  }

  private void look(String way, Field field, @Nullable Object owner) {
    if (isExcepted.test(way)) {
      return;
    }
    if (!Modifier.isFinal(field.getModifiers())) {
      found.add(way + " is not final");
      return;
    }
    try {
      field.setAccessible(true);
      look(way, field.get(owner));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private void look(String way, @Nullable Object value) {
    if (value == null || isImmutable(value) || !seen.add(value)) {
      return;
    }
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(content -> look(way, content));
    } else if (isUnmodifiable(value) && value instanceof Collection<?> collection) {
      collection.forEach(element -> look(way + "[]", element));
    } else if (isUnmodifiable(value) && value instanceof Map<?, ?> map) {
      map.forEach(
          (key, element) -> {
            look(way + "[]", key);
            look(way + "[]", element);
          });
    } else if (value.getClass().getName().startsWith(OURS)) {
      fieldsOf(way, value);
    } else {
      found.add(way + " is " + value.getClass().getTypeName());
    }
  }

  private void fieldsOf(String way, Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().startsWith(OURS)) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            look(way + "." + field.getName(), field, value);
          }
        }
      } else if (type != Object.class && type != Record.class && type != Enum.class) {
        found.add(way + " is " + type.getTypeName());
      }
    }
  }

  private static boolean isImmutable(Object value) {
    return IMMUTABLE.contains(value.getClass())
        || value instanceof Charset
        || value instanceof Logger // It is written, and nothing reads it.
        || (value.getClass().isArray() && Array.getLength(value) == 0)
        || isStatelessFunction(value);
  }

  /** Of the JDK's own, as that of a Comparator; what one of ours holds is a field of it. */
  private static boolean isStatelessFunction(Object value) {
    return value.getClass().isHidden() && value.getClass().getName().startsWith("java.");
  }

  private static boolean isUnmodifiable(Object value) {
    var name = value.getClass().getName();
    return name.startsWith("java.util.ImmutableCollections$")
        || name.startsWith("java.util.Collections$Unmodifiable")
        || name.startsWith("java.util.Collections$Empty");
  }
}
