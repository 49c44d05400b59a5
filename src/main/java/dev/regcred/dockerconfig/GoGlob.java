package dev.regcred.dockerconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pattern of Go's {@code filepath.Match}, as far as one can stand in the host of a URL: literal
 * characters, {@code *}, and {@code [...]} without negation. A question mark, a backslash and a
 * circumflex can't.
 */
final class GoGlob {
  /** One element of the pattern: a range of characters, or any number of any. */
  private sealed interface Element {
    record Star() implements Element {}

    record Ranges(List<Range> ranges) implements Element {}
  }

  private record Range(int low, int high) {}

  private final List<Element> elements;

  private GoGlob(List<Element> elements) {
    this.elements = List.copyOf(elements);
  }

  /** Reads a pattern; empty for one that is malformed, and so matches nothing. */
  static Optional<GoGlob> parse(String pattern) {
    var elements = new ArrayList<Element>();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (c == '*') {
        elements.add(new Element.Star());
        i++;
      } else if (c == '[') {
        var ranges = new ArrayList<Range>();
        i = readClass(pattern, i + 1, ranges);
        if (i < 0) {
          return Optional.empty();
        }
        elements.add(new Element.Ranges(List.copyOf(ranges)));
      } else {
        elements.add(new Element.Ranges(List.of(new Range(c, c))));
        i++;
      }
    }
    return Optional.of(new GoGlob(elements));
  }

  /** Where the class that begins there ends; -1 if it is malformed. */
  private static int readClass(String pattern, int start, List<Range> ranges) {
    int i = start;
    while (ranges.isEmpty() || pattern.charAt(i) != ']') {
      if (!isMember(pattern, i)) {
        return -1;
      }
      char low = pattern.charAt(i++);
      char high = low;
      if (pattern.charAt(i) == '-') {
        if (!isMember(pattern, ++i)) {
          return -1;
        }
        high = pattern.charAt(i++);
      }
      ranges.add(new Range(low, high));
    }
    return i + 1;
  }

  /** Whether a character of a class stands there, and the pattern goes on after it. */
  private static boolean isMember(String pattern, int i) {
    return i + 1 < pattern.length() && pattern.charAt(i) != '-' && pattern.charAt(i) != ']';
  }

  /**
   * Whether it matches the whole text, in steps of at most the product of both lengths: after a
   * mismatch only the last star is tried with one character more.
   */
  boolean matches(String text) {
    int element = 0;
    int position = 0;
    int star = -1;
    int retried = 0;
    while (position < text.length()) {
      if (element < elements.size() && elements.get(element) instanceof Element.Star) {
        star = element++;
        retried = position;
      } else if (element < elements.size() && takes(elements.get(element), text.charAt(position))) {
        element++;
        position++;
      } else if (star >= 0) {
        element = star + 1;
        position = ++retried;
      } else {
        return false;
      }
    }
    return elements.subList(element, elements.size()).stream()
        .allMatch(Element.Star.class::isInstance);
  }

  private static boolean takes(Element element, char c) {
    return element instanceof Element.Ranges(var ranges)
        && ranges.stream().anyMatch(range -> range.low() <= c && c <= range.high());
  }
}
