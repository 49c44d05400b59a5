package dev.regcred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The password of every test, or a part of it, and the forms in which it would be a leak: as it is,
 * escaped in JSON, URL-encoded, in base64 at each of the three offsets that a text around it can
 * give it, and inside base64 of base64 or of a gzip stream.
 */
public final class Canary {
  /** It has characters that JSON may escape and that a URL must. */
  public static final String TEXT = "s3cr3t/c@nary";

  private static final List<String> FORMS = forms();

  /** A run of base64, of either alphabet, that is long enough to hold something. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{24,}");

  private static final int DEEPEST = 4;
  private static final int GZIP_MAGIC = 0x1f;

  private Canary() {}

  private static List<String> forms() {
    var forms = new ArrayList<String>();
    forms.add(TEXT);
    forms.add(TEXT.replace("/", "\\/"));
    forms.add(URLEncoder.encode(TEXT, UTF_8));
    for (int offset = 0; offset < 3; offset++) {
      var bytes = ("\0".repeat(offset) + TEXT).getBytes(UTF_8);
      var text = Base64.getEncoder().withoutPadding().encodeToString(bytes);
      // The characters at both ends depend on what stands beside it.
      var common = text.substring(offset == 0 ? 0 : offset + 1, bytes.length * 8 / 6);
      forms.add(common);
      forms.add(common.replace('+', '-').replace('/', '_'));
    }
    return forms.stream().distinct().toList();
  }

  /** Whether a text has it, in any form. */
  public static boolean isIn(String text) {
    return isIn(text, 0);
  }

  private static boolean isIn(String text, int depth) {
    return FORMS.stream().anyMatch(text::contains)
        || (depth < DEEPEST
            && BASE64
                .matcher(text)
                .results()
                .anyMatch(run -> isInside(decoded(run.group()), depth + 1)));
  }

  private static boolean isInside(byte[] content, int depth) {
    if (content.length > 2 && content[0] == GZIP_MAGIC && content[1] == (byte) 0x8b) {
      return isIn(unzipped(content), depth);
    }
    return isText(content) && isIn(new String(content, UTF_8), depth);
  }

  /** What a run of base64 stands for; the characters after the last whole group are left out. */
  private static byte[] decoded(String run) {
    var whole = run.replace('-', '+').replace('_', '/').substring(0, run.length() / 4 * 4);
    return Base64.getDecoder().decode(whole);
  }

  /** The beginning that can be read of it: a run may end before the stream does. */
  private static String unzipped(byte[] content) {
    var text = new StringBuilder();
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(content))) {
      for (int next = gzip.read(); next >= 0; next = gzip.read()) {
        text.append((char) next);
      }
    } catch (IOException e) {
      // What was read before counts.
    }
    return text.toString();
  }

  /** Most of what looks like base64 is none: names, digests, identifiers. */
  private static boolean isText(byte[] content) {
    for (byte one : content) {
      if (one < ' ' && one != '\n' && one != '\r' && one != '\t') {
        return false; // Also all that is not ASCII: the values of tests are.
      }
    }
    return content.length > 0;
  }
}
