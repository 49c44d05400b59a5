package dev.regcred.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.ImageName;
import dev.regcred.testkit.Canary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedTest {
  @ParameterizedTest
  @CsvSource({
    "ghcr.io,                         ghcr.io",
    "https://index.docker.io/v1/,     https://index.docker.io/v1/",
    "https://robot:pass@ghcr.io/v1/,  https://...@ghcr.io/v1/",
    "robot:pass@ghcr.io,              ...@ghcr.io",
    "https://robot:p/a@ss@ghcr.io,    https://...@ghcr.io",
    "https://ghcr.io/?token=abc,      https://ghcr.io/?...",
  })
  void theKeyOfAnEntryMayBeAUrlWithAnAccount(String key, String shown) {
    assertThat(Redacted.server(key)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://%s@ghcr.io",
        "https://robot:%s@ghcr.io:443/x",
        "%s@ghcr.io",
        "oci://a:%s@b",
        "x?%s"
      })
  void noAccountOfAKeyIsShown(String key) {
    assertThat(Redacted.server(key.formatted(Canary.TEXT)))
        .matches(text -> !Canary.isIn(text), "has no password");
  }

  @Test
  void aMessageIsOneLineWithoutAccountsAndQueries() {
    assertThat(
            Redacted.text(
                "Get \"https://u:p@ghcr.io/token?service=x&account=y\": 401\r\n\u001b[31mred\u202e"))
        .isEqualTo("Get \"https://...@ghcr.io/token?...\": 401 [31mred");
  }

  /** A runtime quotes an address that it can't read as it stands, with what it was given. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "parse \"https://robot:%s@ghcr.io\": net/url: invalid userinfo",
        "parse \"https://robot:a %s@ghcr.io/v2/\": net/url: invalid userinfo",
        "parse \"https://robot:%s@ghcr.io\": invalid port \":%1$s\" after host",
        "Get HTTPS://robot:%s@mirror.example.com/v2/: EOF",
        "Get https://robot:%s?a@mirror.example.com/v2/: EOF",
        "Get https://robot@mirror.example.com/v2/?account=a@b&token=%s: EOF",
        "Get https://robot:%s@mirror.example.com/app@sha256:00?a=b@c: EOF",
      })
  void noAccountOfAMessageIsShown(String message) {
    var text = message.formatted(Canary.TEXT);
    assertThat(Redacted.text(text)).doesNotContain("s3cr3t", "nary");
    assertThat(
            KubeletMessage.otherHost(text, ImageName.parse("quay.io/a").orElseThrow()).orElse(""))
        .matches("|ghcr\\.io|mirror\\.example\\.com");
  }

  @ParameterizedTest
  @CsvSource({
    "https://ghcr.io/app@sha256:00, https://ghcr.io/app@sha256:00",
    "https://ghcr.io/token?user=a@b, https://ghcr.io/token?...",
    "https://u:p@ghcr.io/token?user=a, https://...@ghcr.io/token?...",
    "https://u:p@ghcr.io/token?user=a@b, https://...",
    "https://u:p?q@ghcr.io/token, https://...",
  })
  void thePlaceOfAUrlIsShown(String url, String shown) {
    assertThat(Redacted.text(url)).isEqualTo(shown);
  }

  @Test
  void aLongTextIsCut() {
    assertThat(Redacted.text("x".repeat(10_000))).hasSize(Redacted.MAX_LENGTH + 3);
  }
}
