package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A parser gives what a kubelet makes of the values that somebody else wrote into a Docker config:
 * {@code DockerConfigJSON}, {@code dockerConfigEntryWithAuth} and {@code
 * decodeDockerConfigFieldAuth} of its {@code pkg/credentialprovider/config.go}. Go matches the
 * names of fields without regard to case and takes the last of several; a null changes nothing.
 */
public final class KubeletParser {
  /**
   * The factory has no tables of field names: here they would grow with what other people write.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final String AUTH = "auth";

  private KubeletParser() {}

  /**
   * The account that it reads from an entry: that of {@code auth}, or where there is none {@code
   * username} and {@code password}, each of which may be empty.
   *
   * @param entry its JSON
   * @return empty if it can't read the entry, and so refuses the whole document
   */
  public static Optional<Account> account(String entry) {
    return strings(entry, KubeletParser::isOfEntry, true).flatMap(KubeletParser::accountOf);
  }

  /** Whether it can read a top-level key other than {@code auths}. */
  static boolean takesOther(String key, String value) {
    return !key.equalsIgnoreCase("HttpHeaders") || strings(value, _ -> true, false).isPresent();
  }

  /**
   * A user name and a password as they would be sent.
   *
   * @param userName in bytes, of which it is not known that they are text
   * @param password likewise
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
  record Account(byte[] userName, byte[] password) {
    /** Says what it is, and neither of the two. */
    @Override
    public String toString() {
      return "Account[redacted]";
    }
  }

  private static boolean isOfEntry(String field) {
    return field.equalsIgnoreCase("username")
        || field.equalsIgnoreCase("password")
        || field.equalsIgnoreCase("email")
        || field.equalsIgnoreCase(AUTH);
  }

  private static Optional<Account> accountOf(Map<String, String> fields) {
    var auth = fields.getOrDefault(AUTH, "");
    if (auth.isEmpty()) {
      return Optional.of(new Account(bytes(fields.get("username")), bytes(fields.get("password"))));
    }
    byte[] decoded;
    try {
      // Go passes over line breaks wherever they are, and asks for padding only where some is.
      decoded = Base64.getDecoder().decode(auth.replace("\r", "").replace("\n", ""));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = new String(decoded, ISO_8859_1).indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(
            new Account(
                Arrays.copyOf(decoded, colon),
                Arrays.copyOfRange(decoded, colon + 1, decoded.length)));
  }

  /** The text in UTF-8, as Go has it: half a surrogate pair is U+FFFD. */
  static byte[] bytes(@Nullable String text) {
    var all = new StringBuilder();
    if (text != null) {
      text.codePoints()
          .map(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE ? 0xfffd : c)
          .forEach(all::appendCodePoint);
    }
    return all.toString().getBytes(UTF_8);
  }

  /**
   * The strings among the fields of an object.
   *
   * @param json its JSON, which was parsed before
   * @param which fields have to be strings
   * @param isKept whether they are returned; else none is
   * @return empty if it is no object, or one of these fields no string; nulls are passed over
   */
  private static Optional<Map<String, String>> strings(
      String json, Predicate<String> which, boolean isKept) {
    var strings = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    try (var parser = JSON.createParser(json)) {
      var first = parser.nextToken();
      if (first != JsonToken.VALUE_NULL && first != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        var value = parser.nextToken();
        if (!which.test(field)) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING) {
          if (isKept) {
            strings.put(field, parser.getText());
          }
        } else if (value != JsonToken.VALUE_NULL) {
          return Optional.empty();
        }
      }
      return Optional.of(strings);
    } catch (IOException e) {
      // Nothing that was parsed before; and an exception would quote it.
      return Optional.empty();
    }
  }
}
