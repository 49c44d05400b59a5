package dev.regcred.dockerconfig;

/**
 * JSON strings as Go's {@code json.Marshal} writes them.
 *
 * <p>The rule is {@code appendString} with {@code escapeHTML} in Go's {@code encoding/json}
 * (encode.go, Go 1.22 and newer): {@code "} and {@code \} get a backslash; {@code \b \f \n \r \t}
 * their short form; other characters below U+0020 and {@code < > &} become {@code \}{@code u00xx}
 * in lower-case hex, U+2028 and U+2029 {@code \}{@code u202x}; all else, DEL included, stays as it
 * is. Go writes an invalid byte as U+FFFD; here a string is valid Unicode already.
 */
final class GoJson {
  private static final String HEX = "0123456789abcdef";

  private GoJson() {}

  /** Appends {@code text}, which has no unpaired surrogate, as a JSON string with its quotes. */
  static void appendString(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> appendHex(out, c);
        default -> {
          if (c < ' ') {
            appendHex(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static void appendHex(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt((c >> shift) & 0xf));
    }
  }

  /** Whether every surrogate in {@code text} has its partner, so that UTF-8 can hold it. */
  static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE);
  }
}
