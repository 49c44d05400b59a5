package dev.regcred.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

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

  @Test
  void aLongTextIsCut() {
    assertThat(Redacted.text("x".repeat(10_000))).hasSize(Redacted.MAX_LENGTH + 3);
  }
}
