package dev.regcred.dockerconfig;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.regcred.dockerconfig.ParsedDockerConfig.Parsed;
import dev.regcred.dockerconfig.ParsedDockerConfig.Unparseable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A parser that reads a Docker config and keeps the JSON text of each value as it stands.
 *
 * <p>It refuses what Go would read in a way that the text does not show: a key that comes twice (Go
 * takes the last one, or merges both) and a key that is {@code auths} but for its case (Go takes it
 * for {@code auths}). It reads no further than it must: what is in an entry is a matter of the
 * entry's owner.
 */
public final class DockerConfigParser {
  /**
   * The most entries, and as many other keys, that a document may have. A megabyte has room for a
   * hundred thousand, each of which costs a hundred bytes of memory while it is known.
   */
  static final int MAX_KEYS = 1_000;

  private static final String AUTHS = "auths";

  /** Top-level keys that nothing else has, in lower case: Go takes them in any. */
  private static final Set<String> KEYS = Set.of(AUTHS, "credsstore", "credhelpers", "httpheaders");

  /**
   * The factory has no tables of field names: here they would grow with what other people write.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final String text;
  private final JsonParser parser;
  private final Map<String, String> auths = new LinkedHashMap<>();
  private final Map<String, String> others = new LinkedHashMap<>();

  private DockerConfigParser(String text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
  }

  /** What a parser makes of a text. */
  private interface Form {
    DockerConfigJson read(DockerConfigParser parser) throws IOException, RefusedException;
  }

  /** Reads the content of an existing Secret; never throws. */
  public static ParsedDockerConfig parse(byte[] content) {
    return parse(content, DockerConfigParser::document);
  }

  /** Reads the older form, in which what else stands under {@code auths} is all there is. */
  public static ParsedDockerConfig parseOlder(byte[] content) {
    return parse(content, DockerConfigParser::older);
  }

  /**
   * Whether a text begins as a Docker config of either form does; the rest may be broken, for that
   * holds accounts as well. No key file or token in JSON that registries give out has one of these
   * keys, or an account in one of its values.
   */
  static boolean recognizes(byte[] content) {
    var text = new String(content, StandardCharsets.UTF_8);
    var withoutMark = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    try (var parser = JSON.createParser(withoutMark.toCharArray())) {
      return new DockerConfigParser(withoutMark, parser).isDockerConfig();
    } catch (IOException e) {
      return false; // Its message quotes the text around the place.
    }
  }

  private boolean isDockerConfig() throws IOException {
    parser.nextToken(); // What is no object has no field after it.
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      if (KEYS.contains(parser.currentName().toLowerCase(Locale.ROOT))) {
        return true;
      }
      // The older form has its servers in this place.
      parser.nextToken();
      if (KubeletParser.account(value())
          .filter(account -> account.userName().length > 0)
          .isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static ParsedDockerConfig parse(byte[] content, Form form) {
    try {
      // Strict, and before Jackson could guess UTF-16 from the first bytes.
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      try (var parser = JSON.createParser(text.toCharArray())) {
        return new Parsed(form.read(new DockerConfigParser(text, parser)));
      }
    } catch (CharacterCodingException e) {
      return new Unparseable("is not UTF-8", true);
    } catch (JsonProcessingException e) {
      // Its message quotes the text around the place.
      return new Unparseable("is not JSON", false);
    } catch (RefusedException e) {
      return new Unparseable(e.reason, e.kubeletsMayRead);
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array cannot fail", e);
    }
  }

  private DockerConfigJson document() throws IOException, RefusedException {
    var first = parser.nextToken();
    refuseGoReadable(first == JsonToken.VALUE_NULL, "is not a JSON object");
    refuseUnless(first == JsonToken.START_OBJECT, "is not a JSON object");
    boolean hasAuths = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var key = parser.currentName();
      if (key.equals(AUTHS)) {
        refuseGoReadable(hasAuths, "has the key auths twice");
        hasAuths = true;
        readAuths("has a value of auths that is not an object");
      } else {
        refuseGoReadable(key.equalsIgnoreCase(AUTHS), "has the key auths in another case");
        parser.nextToken();
        refuseGoReadable(others.putIfAbsent(key, value()) != null, "has a top-level key twice");
        refuseGoReadable(
            others.size() > MAX_KEYS, "has more than %s top-level keys".formatted(MAX_KEYS));
      }
    }
    return complete();
  }

  private DockerConfigJson older() throws IOException, RefusedException {
    readAuths("is not a JSON object");
    return complete();
  }

  private DockerConfigJson complete() throws IOException, RefusedException {
    refuseUnless(parser.nextToken() == null, "goes on after its JSON object");
    return new DockerConfigJson(auths, others);
  }

  /**
   * Reads the entries, by their server.
   *
   * @param otherwise what is said where they are none
   */
  private void readAuths(String otherwise) throws IOException, RefusedException {
    var token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    refuseUnless(token == JsonToken.START_OBJECT, otherwise);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var server = parser.currentName();
      var entry = parser.nextToken();
      refuseUnless(
          entry == JsonToken.START_OBJECT || entry == JsonToken.VALUE_NULL,
          "has an entry that is not an object");
      refuseGoReadable(
          auths.putIfAbsent(server, value()) != null, "has two entries for one server");
      refuseGoReadable(auths.size() > MAX_KEYS, "has more than %s entries".formatted(MAX_KEYS));
    }
  }

  /** The text of the value that starts at the current token; leaves the parser at its end. */
  private String value() throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return text.substring(start, (int) parser.currentLocation().getCharOffset());
  }

  private static void refuseUnless(boolean holds, String reason) throws RefusedException {
    if (!holds) {
      throw new RefusedException(reason, false);
    }
  }

  /** Refuses what Go reads in its own way. */
  private static void refuseGoReadable(boolean is, String reason) throws RefusedException {
    if (is) {
      throw new RefusedException(reason, true);
    }
  }

  private static final class RefusedException extends Exception {
    private final String reason;
    private final boolean kubeletsMayRead;

    RefusedException(String reason, boolean kubeletsMayRead) {
      super(reason);
      this.reason = reason;
      this.kubeletsMayRead = kubeletsMayRead;
    }
  }
}
