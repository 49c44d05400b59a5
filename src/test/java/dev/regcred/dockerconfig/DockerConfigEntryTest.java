package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerConfigEntryTest {
  @Test
  void escapesAsGoDoes() {
    var entry =
        new DockerConfigEntry(
            "\"\\/<>&\u2028\u2029\u2027\u202a",
            "\0\1\b\t\n\u000b\f\r\u001f \u007f\u0080",
            "\u00e9\ud83d\udd11");
    assertThat(entry.toJson())
        .startsWith(
            """
            {"username":"\\"\\\\/\\u003c\\u003e\\u0026\\u2028\\u2029\u2027\u202a",\
            "password":"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \u007f\u0080",\
            "email":"\u00e9\ud83d\udd11","auth":\"""");
  }

  @ParameterizedTest
  @CsvSource({
    "'',p,e",
    ":u,p,e",
    "u:u,p,e",
    "u\udfff,p,e",
    "u,'',e",
    "u\ud800,p,e",
    "u,\udc00p,e",
    "u,p,\udc00\ud800"
  })
  void refusesWhatClientsWouldMisread(String username, String password, String email) {
    assertThatThrownBy(() -> new DockerConfigEntry(username, password, email))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Two that are composed to the same bytes are one. */
  @Test
  void entriesDifferInEachOfTheirValues() {
    var entry = new DockerConfigEntry("u", "p", "e");
    assertThat(entry)
        .isEqualTo(new DockerConfigEntry("u", "p", "e"))
        .hasSameHashCodeAs(new DockerConfigEntry("u", "p", "e"))
        .isNotEqualTo(new DockerConfigEntry("v", "p", "e"))
        .isNotEqualTo(new DockerConfigEntry("u", "q", "e"))
        .isNotEqualTo(new DockerConfigEntry("u", "p", "f"))
        .isNotEqualTo("u");
  }

  @Test
  void itsHashTellsNothingOfThePassword() {
    assertThat(new DockerConfigEntry("u", "p", "e"))
        .hasSameHashCodeAs(new DockerConfigEntry("u", "q", "e"))
        .doesNotHaveSameHashCodeAs(new DockerConfigEntry("v", "p", "e"));
  }

  @Property
  @Domain(Accounts.class)
  void anyJsonReaderGetsTheValuesBack(@ForAll Account account) throws Exception {
    var entry = new DockerConfigEntry(account.username(), account.password(), account.email());
    var json = new ObjectMapper().readTree(entry.toJson());
    assertThat(json.path("username").asText()).isEqualTo(account.username());
    assertThat(json.path("password").asText()).isEqualTo(account.password());
    assertThat(json.path("email").asText()).isEqualTo(account.email());
    assertThat(new String(Base64.getDecoder().decode(json.path("auth").asText()), UTF_8))
        .isEqualTo(account.username() + ":" + account.password());
  }
}
