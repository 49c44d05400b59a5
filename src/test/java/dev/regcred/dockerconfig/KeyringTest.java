package dev.regcred.dockerconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.KeyringRows.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** KubeletKeyringIT asks the kubelet's own code about the same rows, KeyringIT about many more. */
class KeyringTest {
  static Stream<Row> addresses() {
    return KeyringRows.ADDRESSES.stream();
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void anAddressIsTriedForItsImagesOnly(Row row) {
    assertTried(ServerAddress.parse(row.server()).value(), row);
  }

  static Stream<Row> otherKeys() {
    return Stream.of(KeyringRows.KEYS_WE_NEVER_WRITE, KeyringRows.RARE_KEYS, KeyringRows.IMAGES)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("otherKeys")
  void aKeyOfSomebodyElseIsTriedWhereAKubeletTriesIt(Row row) {
    assertTried(row.server(), row);
  }

  private static void assertTried(String key, Row row) {
    assertThat(Keyring.of(List.of(key)).lookup(row.image()))
        .isEqualTo(row.sent() ? List.of(key) : List.of());
  }

  static Stream<String> unreadable() {
    return KeyringRows.UNREADABLE.stream();
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void forAnImageThatCannotBeReadNothingIsTried(String image) {
    assertThat(Keyring.of(List.of("ghcr.io", "https://index.docker.io/v1/")).lookup(image))
        .isEmpty();
  }

  /** The place is what is compared; keys of one place are tried in no fixed order. */
  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io",
    "https://ghcr.io/, ghcr.io",
    "https://index.docker.io/v1/, index.docker.io",
    "http://ghcr.io/v2/team, ghcr.io/team",
    "ghcr.io/team/, ghcr.io/team/",
    "u:p@ghcr.io:443/te%61m?x#y, ghcr.io:443/team",
    "b\u00fccher.de, b\u00c3\u00bccher.de",
    "b%c3%bccher.de, b\u00c3\u00bccher.de",
    "a%25b.io, a%b.io",
    "a%62.io,",
    "a%25.io:x,",
    "[::1], [::1]",
    "[::1]:80/team, [::1]:80/team",
    "[fe80::1%25en0]:80, [fe80::1%en0]:80",
    "[fe80::1%25e%25n], [fe80::1%e%n]",
    "[fe80::1%25e%6e], [fe80::1%en]",
    "[fe80::1%25e%20n], [fe80::1%e n]",
    "[fe80::1%25e%7cn],",
    "[fe80::1%25e n],",
    "[fe80::1%25],",
    "[fe80::1%2],",
    "[::%31],",
    "[1.2.3.4],",
    "[::1]80,",
    "[],",
    "'', ''",
  })
  void aKeyIsKeptUnderItsPlace(String key, String place) {
    assertThat(Keyring.place(key)).isEqualTo(Optional.ofNullable(place));
  }

  @Test
  void theLongestPathIsTriedFirstAndWhatNobodyCanReadNotAtAll() {
    var keyring =
        Keyring.of(List.of("ghcr.io", "%zz", "ghcr.io/team/app", "quay.io", "ghcr.io/team"));
    assertThat(keyring.lookup("ghcr.io/team/app:1"))
        .containsExactly("ghcr.io/team/app", "ghcr.io/team", "ghcr.io");
    assertThat(keyring.lookup("ghcr.io/other")).containsExactly("ghcr.io");
    assertThat(keyring.lookup("ghcr.io/Other")).isEmpty();
  }

  @Test
  void allKeysOfOnePlaceAreTried() {
    assertThat(Keyring.of(List.of("ghcr.io", "https://ghcr.io/v1/")).lookup("ghcr.io/app"))
        .containsExactly("ghcr.io", "https://ghcr.io/v1/");
  }

  /** A kubelet tries what matches, and the account of Docker Hub only where nothing does. */
  @Test
  void theAccountOfDockerHubIsTheLastOne() {
    var hub = "https://index.docker.io/v1/";
    var keyring = Keyring.of(List.of(hub, "docker.io/team", "localhost"));
    assertThat(keyring.lookup("team/app")).containsExactly("docker.io/team");
    assertThat(keyring.lookup("other/app")).containsExactly(hub);
    assertThat(keyring.lookup("localhost/app")).containsExactly("localhost");
  }

  /** No registry has such a name; and reading it would cost more the longer it is. */
  @Test
  void aTextThatIsLongerThanAnyNameIsNotRead() {
    var keyring = Keyring.of(List.of("*.io"));
    var rest = ".io/app";
    assertThat(keyring.lookup("a".repeat(1_024 - rest.length()) + rest)).containsExactly("*.io");
    assertThat(keyring.lookup("a".repeat(1_025 - rest.length()) + rest)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io,                      ghcr.io/team/app,       ",
    "*.io,                         ghcr.io/team/app,       ",
    "https://ghcr.io/team/,        ghcr.io/team/app,       ",
    "docker.io,                    nginx,                  ",
    "https://index.docker.io/v1/,  nginx,                  ",
    "oci://ghcr.io,                ghcr.io/team/app,       SCHEME",
    "HTTPS://ghcr.io,              ghcr.io/team/app,       SCHEME",
    "oci://quay.io,                ghcr.io/team/app,       HOST",
    "docker://ghcr.io:443/team,    ghcr.io/team/app,       SCHEME",
    "oci://index.docker.io/v1/,    nginx,                  SCHEME",
    "'oci://ghcr.io ',             ghcr.io/team/app,       UNREADABLE",
    "'ghcr.io ',                   ghcr.io/team/app,       UNREADABLE",
    "https://[ghcr.io,             ghcr.io/team/app,       UNREADABLE",
    "registry-1.docker.io,         nginx,                  HUB",
    "https://hub.docker.com/,      nginx,                  HUB",
    "https://index.docker.io/v2,   nginx,                  HUB",
    "index.docker.io:443,          nginx,                  HUB",
    "docker.io:443,                nginx,                  PORT",
    "GHCR.io,                      ghcr.io/team/app,       CASE",
    "GHCR.io:443,                  ghcr.io/team/app,       CASE",
    "ghcr.io:443,                  ghcr.io/team/app,       PORT",
    "ghcr.io,                      ghcr.io:5000/team/app,  PORT",
    "ghcr.io/other,                ghcr.io/team/app,       PATH",
    "ghcr.io/team/app/more,        ghcr.io/team/app,       PATH",
    "quay.io,                      ghcr.io/team/app,       HOST",
    "*.ghcr.io,                    ghcr.io/team/app,       HOST",
    "registry.ghcr.io,             ghcr.io/team/app,       HOST",
    "ghcr.io,                      nginx,                  HOST",
    "docker.io,                    ghcr.io/team/app,       HOST",
  })
  void saysWhyAKeyIsNotTried(String key, String image, @Nullable Mismatch why) {
    assertThat(Keyring.mismatch(key, ImageName.parse(image).orElseThrow()))
        .isEqualTo(Optional.ofNullable(why));
  }

  /** Whatever the key, there is a reason exactly where it is not tried. */
  @ParameterizedTest
  @MethodSource({"addresses", "otherKeys"})
  void thereIsAReasonWhereNothingIsTried(Row row) {
    ImageName.parse(row.image())
        .ifPresent(
            image ->
                assertThat(Keyring.mismatch(row.server(), image).isEmpty())
                    .isEqualTo(!Keyring.of(List.of(row.server())).lookup(image).isEmpty()));
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,                docker.io/library/nginx:latest, https://index.docker.io/v1/",
    "team/app:1,           docker.io/team/app:1,           https://index.docker.io/v1/",
    "index.docker.io/a/b,  docker.io/a/b:latest,           https://index.docker.io/v1/",
    "ghcr.io/team/app,     ghcr.io/team/app:latest,        ghcr.io",
    "r.example.com:5000/a, r.example.com:5000/a:latest,    r.example.com:5000",
    "localhost/a:1,        localhost/a:1,                  localhost",
  })
  void anImageHasAWholeNameAndAServer(String image, String name, String server) {
    var read = ImageName.parse(image).orElseThrow();
    assertThat(read).hasToString(name);
    assertThat(read.server()).isEqualTo(server);
    assertThat(Keyring.of(List.of(server)).lookup(image)).containsExactly(server);
  }

  @Test
  void aDigestIsAVersion() {
    var digest = "@sha256:" + "0".repeat(64);
    assertThat(ImageName.parse("ghcr.io/a:1" + digest).orElseThrow())
        .isEqualTo(new ImageName("ghcr.io/a", ":1" + digest));
    assertThat(ImageName.parse("ghcr.io/a" + digest).orElseThrow())
        .hasToString("ghcr.io/a" + digest);
  }
}
