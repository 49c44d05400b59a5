package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.ParsedDockerConfig.Parsed;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

class DockerConfigJsonTest {
  private static final ServerAddress GHCR = ServerAddress.parse("ghcr.io");
  private static final ServerAddress QUAY = ServerAddress.parse("quay.io");
  private static final DockerConfigEntry ANN = new DockerConfigEntry("ann", "a1", "ann@e.org");
  private static final DockerConfigEntry BOB = new DockerConfigEntry("bob", "b2", "");

  private static final String FOREIGN = "{ \"auth\": \"YTpi\" }";
  private static final String ANN_JSON =
      """
      {"username":"ann","password":"a1","email":"ann@e.org","auth":"YW5uOmEx"}""";
  private static final String BOB_JSON =
      """
      {"username":"bob","password":"b2","auth":"Ym9iOmIy"}""";

  @Test
  void nothing() {
    assertThat(text(DockerConfigJson.empty())).isEqualTo("{\"auths\":{}}");
    assertThat(text(DockerConfigJson.of(Map.of()))).isEqualTo("{\"auths\":{}}");
  }

  @Test
  void entriesInByteOrderAndWithoutAnEmptyEmail() {
    assertThat(
            text(DockerConfigJson.of(Map.of(QUAY, BOB, GHCR, ANN, ServerAddress.DOCKER_HUB, BOB))))
        .isEqualTo(
            "{\"auths\":{\"ghcr.io\":%s,\"https://index.docker.io/v1/\":%s,\"quay.io\":%s}}"
                .formatted(ANN_JSON, BOB_JSON, BOB_JSON));
  }

  @Test
  void putsOursInAndKeepsTheForeign() {
    var current = parsed("{\"HttpHeaders\":{ },\"auths\":{\"other.io\":%s}}".formatted(FOREIGN));
    assertThat(text(current.merge(Map.of(QUAY, BOB, GHCR, ANN), Set.of())))
        .isEqualTo(
            "{\"auths\":{\"ghcr.io\":%s,\"other.io\":%s,\"quay.io\":%s},\"HttpHeaders\":{ }}"
                .formatted(ANN_JSON, FOREIGN, BOB_JSON));
  }

  @Test
  void takesOutOnlyOursThatHaveNoEntry() {
    var current =
        parsed(
            "{\"auths\":{\"ghcr.io\":%s,\"quay.io\":%s,\"other.io\":%s}}"
                .formatted(ANN_JSON, BOB_JSON, FOREIGN));
    assertThat(text(current.merge(Map.of(GHCR, BOB), Set.of(GHCR.value(), QUAY.value()))))
        .isEqualTo("{\"auths\":{\"ghcr.io\":%s,\"other.io\":%s}}".formatted(BOB_JSON, FOREIGN));
  }

  /** A mark may name any text, which somebody else wrote. */
  @Test
  void takesOutWhatIsNamedByItsOwnKey() {
    var current = parsed("{\"auths\":{\"GHCR.io\":{},\"quay.io\":{}}}");
    assertThat(text(current.merge(Map.of(), Set.of("GHCR.io"))))
        .isEqualTo("{\"auths\":{\"quay.io\":{}}}");
  }

  @Test
  void keepsTheLastGoodEntryOfAServerThatIsWithheld() {
    var current = DockerConfigJson.of(Map.of(GHCR, ANN, QUAY, BOB));
    assertThat(text(current.merge(Map.of(), Set.of(QUAY.value()))))
        .isEqualTo("{\"auths\":{\"ghcr.io\":%s}}".formatted(ANN_JSON));
  }

  @Test
  void withNothingForeignIsWhatKubectlWrites() {
    var edited = parsed("{ \"auths\": { \"ghcr.io\": {\"auth\":\"YTpi\"} } }");
    assertThat(text(edited.merge(Map.of(GHCR, ANN), Set.of(GHCR.value()))))
        .isEqualTo("{\"auths\":{\"ghcr.io\":%s}}".formatted(ANN_JSON));
    assertThat(text(edited.merge(Map.of(), Set.of(GHCR.value())))).isEqualTo("{\"auths\":{}}");
  }

  @Property
  @Domain(Accounts.class)
  void aSecondMergeChangesNothing(
      @ForAll Map<ServerAddress, Account> ours, @ForAll Map<ServerAddress, Account> before) {
    var current = DockerConfigJson.of(entries(before));
    var servers = ours.keySet().stream().map(ServerAddress::value).collect(Collectors.toSet());
    var once = current.merge(entries(ours), servers);
    var twice = parsed(text(once)).merge(entries(ours), servers);
    assertThat(text(twice)).isEqualTo(text(once));
  }

  @Property
  @Domain(Accounts.class)
  void whatWeWriteIsReadBackToTheByte(@ForAll Map<ServerAddress, Account> accounts) {
    var written = DockerConfigJson.of(entries(accounts));
    var read = parsed(text(written));
    assertThat(text(read)).isEqualTo(text(written));
    assertThat(read.servers())
        .containsExactlyInAnyOrderElementsOf(
            accounts.keySet().stream().map(ServerAddress::value).toList());
  }

  private static Map<ServerAddress, DockerConfigEntry> entries(
      Map<ServerAddress, Account> accounts) {
    return accounts.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, account -> account.getValue().entry()));
  }

  private static DockerConfigJson parsed(String content) {
    return ((Parsed) DockerConfigParser.parse(content.getBytes(UTF_8))).config();
  }

  private static String text(DockerConfigJson config) {
    return new String(config.toBytes(), UTF_8);
  }
}
