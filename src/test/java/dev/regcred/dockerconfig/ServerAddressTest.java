package dev.regcred.dockerconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ServerAddressTest {
  static final List<ServerAddresses.Accepted> ACCEPTED = ServerAddresses.ACCEPTED;
  static final List<ServerAddresses.Refused> REFUSED = ServerAddresses.REFUSED;
  static final List<ServerAddresses.Spelling> SPELLINGS = ServerAddresses.SPELLINGS;
  static final List<String> KEYS_OF_THEIR_OWN = ServerAddresses.KEYS_OF_THEIR_OWN;

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void acceptsAndCanonicalises(ServerAddresses.Accepted row) {
    assertThat(ServerAddress.parse(row.text()).value()).isEqualTo(row.canonical());
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void canonicalFormIsItsOwn(ServerAddresses.Accepted row) {
    var address = ServerAddress.parse(row.canonical());
    assertThat(address).isEqualTo(ServerAddress.parse(row.text())).hasToString(row.canonical());
  }

  @ParameterizedTest
  @FieldSource("REFUSED")
  void refusesAndSaysWhatIsAllowed(ServerAddresses.Refused row) {
    assertThatThrownBy(() -> ServerAddress.parse(row.text()))
        .isInstanceOf(InvalidServerAddressException.class)
        .hasMessageStartingWith("The server address ")
        .hasMessageContaining(row.because())
        .hasMessageContaining("host[:port][/path]");
  }

  @ParameterizedTest
  @FieldSource("SPELLINGS")
  void readsOtherSpellingsOfAKey(ServerAddresses.Spelling row) {
    assertThat(ServerAddress.canonical(row.key())).isEqualTo(row.server());
  }

  @ParameterizedTest
  @FieldSource("KEYS_OF_THEIR_OWN")
  void andLeavesAloneWhatIsNoSpellingOfAnother(String key) {
    assertThat(ServerAddress.canonical(key)).isEqualTo(key);
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void whatIsWrittenAsAnAddressIsReadAsOne(ServerAddresses.Accepted row) {
    assertThat(ServerAddress.canonical(row.text())).isEqualTo(row.canonical());
  }

  /** They are keys. */
  @Test
  void anotherServerIsAnotherKey() {
    var address = ServerAddress.parse("registry.example.com");
    assertThat(address)
        .hasSameHashCodeAs(ServerAddress.parse("Registry.Example.COM"))
        .isNotEqualTo(ServerAddress.parse("registry.example.com:443"))
        .doesNotHaveSameHashCodeAs(ServerAddress.parse("registry.example.com:443"))
        .isNotEqualTo("registry.example.com");
  }

  @Property
  void whateverIsAcceptedIsCanonicalAndSafeForAKubelet(@ForAll("nearlyAddresses") String text) {
    ServerAddress address;
    try {
      address = ServerAddress.parse(text);
    } catch (InvalidServerAddressException refused) {
      return;
    }
    assertThat(ServerAddress.parse(address.value())).isEqualTo(address);
    if (!address.equals(ServerAddress.DOCKER_HUB)) {
      assertThat(address.value())
          .isEqualToIgnoringCase(text)
          .matches("[a-z0-9./:_-]{1,512}|\\[[0-9a-f:]+]:[a-z0-9./:_-]+");
    }
  }

  @Provide
  Arbitrary<String> nearlyAddresses() {
    var parts =
        Arbitraries.of(
            "registry",
            "Example",
            ".com",
            ".",
            "docker.io",
            "index.",
            "10.0.0.1",
            ":",
            "443",
            "/",
            "v1",
            "v2",
            "team",
            "-",
            "_",
            "*",
            "?",
            "[",
            "]",
            "[::1]",
            "fd00::",
            "@",
            "https://",
            " ",
            "%2f",
            "\u00fc");
    return parts.list().ofMinSize(1).ofMaxSize(6).map(list -> String.join("", list));
  }
}
