package dev.regcred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The search for the password finds it in each form in which it could leak, and nothing else. */
class CanaryTest {
  private static final String CONFIG =
      "{\"auths\":{\"registry.example.com\":{\"username\":\"robot\",\"password\":\"%s\"}}}"
          .formatted(Canary.TEXT);

  static Stream<Arguments> forms() throws IOException {
    return Stream.of(
        Arguments.of("as it is", "Forbidden: " + Canary.TEXT + "!"),
        Arguments.of("in JSON that escapes its slash", Canary.TEXT.replace("/", "\\/")),
        Arguments.of("URL-encoded", "q=" + URLEncoder.encode(Canary.TEXT, UTF_8)),
        Arguments.of("base64", base64(Canary.TEXT)),
        Arguments.of("base64, one character in front", base64("x" + Canary.TEXT + "-2")),
        Arguments.of("base64, two characters in front", base64("xy" + Canary.TEXT + "-2")),
        Arguments.of("base64 of the user name and it", base64("robot:" + Canary.TEXT)),
        Arguments.of("base64 of the config JSON", "data=" + base64(CONFIG) + ",type=..."),
        Arguments.of("base64 of base64", base64("{\"auth\":\"" + base64(CONFIG) + "\"}")),
        Arguments.of(
            "base64 for URLs",
            Base64.getUrlEncoder().encodeToString(("?>" + Canary.TEXT).getBytes(UTF_8))),
        Arguments.of("gzip in base64", Base64.getEncoder().encodeToString(gzip(CONFIG))),
        Arguments.of(
            "gzip of base64, in base64",
            Base64.getEncoder().encodeToString(gzip("x" + base64(CONFIG)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void itIsFoundInEachForm(String form, String text) {
    assertThat(Canary.isIn(text)).as(form).isTrue();
  }

  @Test
  void whatOnlyLooksLikeItIsNotTakenForIt() {
    assertThat(Canary.isIn(CONFIG.replace(Canary.TEXT, "another"))).isFalse();
    assertThat(Canary.isIn(base64(CONFIG.replace(Canary.TEXT, "another")))).isFalse();
    assertThat(Canary.isIn("e0c1f2d4-0e2e-4b0f-9d4d-7f0d5a3d6c11 sha256:" + "0a".repeat(32)))
        .isFalse();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
