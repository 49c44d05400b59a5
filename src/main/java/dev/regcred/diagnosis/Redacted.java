package dev.regcred.diagnosis;

import java.util.regex.Pattern;

/**
 * Texts that somebody else wrote, fit to be shown: without what may be an account in a URL, without
 * control characters, which a terminal would obey, and not too long.
 */
public final class Redacted {
  /** The most characters that are shown of a text. */
  static final int MAX_LENGTH = 600;

  private static final String HIDDEN = "...";

  /** The part of a URL that may hold user and password. */
  private static final Pattern USER = Pattern.compile("(?<=://)[^/\\s\"]*@");

  private static final Pattern QUERY = Pattern.compile("(https?://[^\\s\"?]*)\\?[^\\s\"]*");

  /** Controls, and what turns the direction of a text or can't be seen. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

  private Redacted() {}

  /** A message, or a name that nobody has checked, in one line. */
  public static String text(String text) {
    var bare =
        QUERY.matcher(USER.matcher(text).replaceAll(HIDDEN + "@")).replaceAll("$1?" + HIDDEN);
    var line = UNSEEN.matcher(bare).replaceAll(" ").strip();
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + HIDDEN;
  }

  /** The key of an entry, which may be a URL with an account in it, with or without a scheme. */
  public static String server(String key) {
    int at = key.lastIndexOf('@');
    int scheme = key.indexOf("://");
    var bare =
        at < 0
            ? key
            : (scheme >= 0 && scheme < at ? key.substring(0, scheme + "://".length()) : "")
                + HIDDEN
                + key.substring(at);
    int query = bare.indexOf('?');
    return text(query < 0 ? bare : bare.substring(0, query + 1) + HIDDEN);
  }
}
