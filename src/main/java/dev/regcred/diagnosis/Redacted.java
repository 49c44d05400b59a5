package dev.regcred.diagnosis;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts that somebody else wrote, fit to be shown: without what may be an account in a URL, without
 * control characters, which a terminal would obey, and not too long.
 */
public final class Redacted {
  /** The most characters that are shown of a text. */
  static final int MAX_LENGTH = 600;

  private static final String HIDDEN = "...";

  /**
   * What is behind the scheme of a URL: up to the quotation mark if it is quoted, for a password
   * may have a blank in it, else up to a blank.
   */
  private static final Pattern URL =
      Pattern.compile("(?i)(?<=\"[a-z0-9+.-]{1,20}://)[^\"]+|(?<=[a-z0-9]://)[^\\s\"]+");

  /** The end of an account in a URL; a digest of an image has an @ of its own. */
  private static final Pattern AT = Pattern.compile("@(?!sha[0-9]+:)");

  /** What can't hold a part of an account: a host, perhaps with port and path. */
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[^@:]*)?");

  /** What Go says of an address whose password has a slash in it: it quotes the rest of that. */
  private static final Pattern PORT = Pattern.compile("(?<=invalid port \")[^\"]*");

  /** Controls, and what turns the direction of a text or can't be seen. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

  private Redacted() {}

  /** A message, or a name that nobody has checked, in one line. */
  public static String text(String text) {
    var bare = PORT.matcher(withoutAccounts(text)).replaceAll(":" + HIDDEN);
    var line = UNSEEN.matcher(bare).replaceAll(" ").strip();
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + HIDDEN;
  }

  /** A text whose URLs have no account and no query, which may hold a token. */
  static String withoutAccounts(String text) {
    return URL.matcher(text).replaceAll(url -> Matcher.quoteReplacement(place(url.group())));
  }

  /** A text without the URLs in it. */
  static String withoutUrls(String text) {
    return URL.matcher(text).replaceAll("");
  }

  /**
   * The place that a URL leads to. An @ ends an account, and a question mark begins a query; where
   * one could be a part of the other, nothing is shown.
   */
  private static String place(String url) {
    int query = url.indexOf('?');
    if (query >= 0 && lastAt(url) > query && !PLACE.matcher(url.substring(0, query)).matches()) {
      return HIDDEN;
    }
    int end = query < 0 ? url.length() : query;
    int start = lastAt(url.substring(0, end));
    return (start < 0 ? "" : HIDDEN + "@")
        + url.substring(start + 1, end)
        + (query < 0 ? "" : "?" + HIDDEN);
  }

  private static int lastAt(String url) {
    return AT.matcher(url).results().map(MatchResult::start).reduce(-1, Math::max);
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
