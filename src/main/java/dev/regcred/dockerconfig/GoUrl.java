package dev.regcred.dockerconfig;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host and the path that Go's {@code net/url.Parse} (1.26) reads out of a URL of the scheme
 * {@code https}. All texts are bytes: a character for each, up to U+00FF.
 *
 * @param host with its port, as it stands, but for escapes
 * @param path unescaped; empty, or beginning with a slash
 */
record GoUrl(String host, String path) {
  private static final char FIRST_PRINTABLE = ' ';
  private static final char DELETE = 0x7f;
  private static final char FIRST_OF_TWO_BYTES = 0x80;

  /** The ASCII characters that may stand in a host ({@code encoding_table.go}). */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9!\"$&'()*+,.:;<=>\\[\\]_~-]");

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._:~!$&'()*+,;=%@-]*");
  private static final Pattern PORT = Pattern.compile("(?::[0-9]*)?");
  private static final String ESCAPED_PERCENT = "%25";

  /** What an escape stands for depends on the part of the URL. */
  private enum Part {
    HOST,
    ZONE,
    OTHER
  }

  /** A URL without its scheme, read; empty where Go refuses it. */
  static Optional<GoUrl> parse(String schemeless) {
    int hash = schemeless.indexOf('#');
    var fragment = hash < 0 ? "" : schemeless.substring(hash + 1);
    var rest = hash < 0 ? schemeless : schemeless.substring(0, hash);
    if (rest.chars().anyMatch(c -> c < FIRST_PRINTABLE || c == DELETE)
        || unescape(fragment, Part.OTHER) == null) {
      return Optional.empty();
    }
    var withoutQuery = rest.split("\\?", 2)[0];
    int slash = withoutQuery.indexOf('/');
    var authority = slash < 0 ? withoutQuery : withoutQuery.substring(0, slash);
    int at = authority.lastIndexOf('@');
    var user = at < 0 ? "" : authority.substring(0, at);
    var host = host(authority.substring(at + 1));
    var path = unescape(slash < 0 ? "" : withoutQuery.substring(slash), Part.OTHER);
    return host == null
            || path == null
            || !USER.matcher(user).matches()
            || unescape(user, Part.OTHER) == null
        ? Optional.empty()
        : Optional.of(new GoUrl(host, path));
  }

  /** The host that {@code parseHost} reads; null where it refuses it. */
  private static @Nullable String host(String text) {
    int open = text.lastIndexOf('[');
    if (open > 0) {
      return null;
    }
    if (open == 0) {
      return ipLiteral(text);
    }
    int colon = text.indexOf(':');
    return colon >= 0 && !PORT.matcher(text.substring(colon)).matches()
        ? null
        : unescape(text, Part.HOST);
  }

  private static @Nullable String ipLiteral(String text) {
    int close = text.lastIndexOf(']');
    if (close < 0 || !PORT.matcher(text.substring(close + 1)).matches()) {
      return null;
    }
    var inner = text.substring(1, close);
    int percent = inner.indexOf(ESCAPED_PERCENT);
    var address = unescape(percent < 0 ? inner : inner.substring(0, percent), Part.HOST);
    var zone = percent < 0 ? "" : unescape(inner.substring(percent), Part.ZONE);
    if (address == null || zone == null || !isAddress(address + zone)) {
      return null;
    }
    return "[" + address + zone + "]" + text.substring(close + 1);
  }

  /** Whether {@code netip.ParseAddr} takes it for an IPv6 address, with or without a zone. */
  private static boolean isAddress(String text) {
    int percent = text.indexOf('%');
    var address = percent < 0 ? text : text.substring(0, percent);
    return percent != text.length() - 1 && ServerAddress.isIpv6OrMapped(address);
  }

  /** The text without its escapes; null where one of them, or a character, may not stand there. */
  private static @Nullable String unescape(String text, Part part) {
    var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int value = i + 2 < text.length() ? hex(text.charAt(i + 1), text.charAt(i + 2)) : -1;
        if (value < 0 || !mayBeEscaped((char) value, part)) {
          return null;
        }
        plain.append((char) value);
        i += 2;
      } else if (part != Part.OTHER && c < FIRST_OF_TWO_BYTES && !isOfHost(c)) {
        return null;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static boolean mayBeEscaped(char value, Part part) {
    return switch (part) {
      case HOST -> value >= FIRST_OF_TWO_BYTES || value == '%';
      case ZONE -> value == '%' || value == ' ' || isOfHost(value);
      case OTHER -> true;
    };
  }

  private static boolean isOfHost(char c) {
    return c < FIRST_OF_TWO_BYTES && HOST.matcher(String.valueOf(c)).matches();
  }

  private static int hex(char high, char low) {
    int upper = Character.digit(high, 16);
    int lower = Character.digit(low, 16);
    return upper < 0 || lower < 0 || high > DELETE || low > DELETE ? -1 : 16 * upper + lower;
  }
}
