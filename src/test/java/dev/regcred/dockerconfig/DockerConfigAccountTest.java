package dev.regcred.dockerconfig;

import static dev.regcred.pullsecret.PullSecrets.base64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.CredentialValue.Valid;
import dev.regcred.dockerconfig.DockerConfigAccount.Found;
import dev.regcred.dockerconfig.DockerConfigAccount.Invalid;
import dev.regcred.dockerconfig.DockerConfigAccount.Missing;
import dev.regcred.pullsecret.PullSecret;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One account of somebody's Docker config, in each form that there is. */
class DockerConfigAccountTest {
  private static final String ROBOT = "{\"auth\":\"" + base64("robot:s3cret") + "\"}";

  private static final Found ROBOTS = new Found(new Valid("robot"), new Valid("s3cret"));

  static Stream<String> forms() {
    return Stream.of(
        // kubectl create secret docker-registry
        new DockerConfigEntry("robot", "s3cret", "robot@example.com").toJson(),
        // docker login, podman login
        ROBOT,
        // By hand, or by an older kubectl.
        "{\"username\":\"robot\",\"password\":\"s3cret\"}",
        "{\"username\":\"other\",\"password\":\"other\",\"auth\":\""
            + base64("robot:s3cret")
            + "\"}",
        "{\"auth\":\"" + base64("robot:s3cret").replace("=", "") + "\\n\"}");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyFormIsRead(String entry) {
    assertThat(read("ghcr.io", "{\"auths\":{\"ghcr.io\":%s,\"quay.io\":{}}}".formatted(entry)))
        .isEqualTo(ROBOTS);
    assertThat(readUnder(".dockercfg", "{\"ghcr.io\":%s}".formatted(entry)))
        .as("the older form")
        .isEqualTo(ROBOTS);
    assertThat(readUnder("config.json", "{\"auths\":{\"ghcr.io\":%s}}".formatted(entry)))
        .as("the file, as a builder has it mounted")
        .isEqualTo(ROBOTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\"ghcr.io\""})
  void theOlderFormIsAnObject(String content) {
    assertThat(readUnder(".dockercfg", content))
        .isEqualTo(
            new Invalid(
                "Key .dockercfg of Secret seed can't be read as a Docker config: the content is not"
                    + " a JSON object; write it anew."));
  }

  /** As kubectl or docker has written it, it is read; what is fit for use is another rule. */
  @ParameterizedTest
  @FieldSource("ACCOUNTS")
  void whatIsWrittenIsReadBack(Account account) {
    var written =
        DockerConfigJson.of(Map.of(ServerAddress.parse("ghcr.io"), account.entry())).toBytes();
    var authOnly = new String(written, UTF_8).replaceAll("(?s).*,\"auth\":", "{\"auth\":");
    var expected =
        new Found(
            CredentialValue.userName(
                "The user name of the entry ghcr.io in Secret seed",
                account.username().getBytes(UTF_8)),
            CredentialValue.password(
                "The password of the entry ghcr.io in Secret seed",
                account.password().getBytes(UTF_8)));
    assertThat(read("ghcr.io", new String(written, UTF_8))).isEqualTo(expected);
    assertThat(read("ghcr.io", "{\"auths\":{\"ghcr.io\":" + authOnly)).isEqualTo(expected);
  }

  static final List<Account> ACCOUNTS = Accounts.NASTY;

  @ParameterizedTest
  @CsvSource({
    "https://index.docker.io/v1/, https://index.docker.io/v1/",
    "docker.io,                   https://index.docker.io/v1/",
    "https://ghcr.io/v2/,         ghcr.io",
    "ghcr.io,                     https://ghcr.io",
    "quay.io/team,                quay.io/team/",
    "*.example.com,               *.example.com",
  })
  void theEntryMayBeSpeltInAnotherWay(String server, String key) {
    assertThat(read(server, "{\"auths\":{\"x\":{},\"%s\":%s}}".formatted(key, ROBOT)))
        .isEqualTo(ROBOTS);
  }

  @Test
  void oneThatIsSpeltExactlySoGoesBeforeTheOthers() {
    var config =
        "{\"auths\":{\"https://ghcr.io\":{},\"ghcr.io\":%s,\"ghcr.io/\":{}}}".formatted(ROBOT);
    assertThat(read("ghcr.io", config)).isEqualTo(ROBOTS);
    assertThat(read("http://ghcr.io", config))
        .isEqualTo(
            new Invalid(
                "Secret seed has several entries that are http://ghcr.io in other spellings; write"
                    + " into spec.dockerConfigRef.server exactly the key of one."));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(
            read(
                "ghcr.io", "{\"auths\":{\"ghcr.io:443\":%s,\"ghcr.io/team\":{}}}".formatted(ROBOT)))
        .isEqualTo(
            new Missing(
                "Secret seed has no entry for ghcr.io; add it, or correct"
                    + " spec.dockerConfigRef.server."));
    assertThat(readUnder("auth.json", "{}"))
        .isEqualTo(
            new Missing(
                "Secret seed has none of the keys .dockerconfigjson, .dockercfg, config.json, which"
                    + " a Docker config is read from; put it under one, or correct"
                    + " spec.dockerConfigRef.name."));
  }

  @Test
  void thePullSecretsOwnKeyGoesBeforeTheOthers() {
    var config = base64("{\"auths\":{\"ghcr.io\":%s}}".formatted(ROBOT));
    var data = Map.of(PullSecret.KEY, config, ".dockercfg", "", "config.json", "");
    assertThat(DockerConfigAccount.read("seed", "ghcr.io", data)).isEqualTo(ROBOTS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                 | Key .dockerconfigjson of Secret seed can't be read as"
            + " a Docker config: the content is not JSON; write it anew.",
        "{\"auths\":{\"ghcr.io\":{},\"ghcr.io\":{\"auth\":\"s3cret\"}}} | the content has two"
            + " entries for one server",
        "{\"auths\":{\"ghcr.io\":7}}         | the content has an entry that is not an object;"
            + " write",
        "{\"auths\":{\"ghcr.io\":{}}}        | In the entry ghcr.io in Secret seed there is no user"
            + " name: ",
        "{\"auths\":{\"ghcr.io\":null}}      | there is no user name: ",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"czNjcmV0Og==\",\"identitytoken\":\"s3cret\"}}} | there"
            + " is no password: ",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"OnMzY3JldA==\"}}} | there is no user name: ",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"s3cret\"}}} | In the entry ghcr.io in Secret seed auth"
            + " is not base64 of user:password",
        "{\"auths\":{\"ghcr.io\":{\"password\":7}}} | is no string",
      })
  void whatGivesNoAccountIsSaid(String config, String message) {
    assertThat(read("ghcr.io", config))
        .isInstanceOfSatisfying(
            Invalid.class,
            invalid -> assertThat(invalid.message()).contains(message).doesNotContain("s3cret"));
  }

  @Test
  void itsValuesKeepTheRulesOfAll() {
    var config = "{\"auths\":{\"ghcr.io\":{\"username\":\"ro:bot\",\"password\":\"s3cret\\n\"}}}";
    assertThat(read("ghcr.io", config))
        .isInstanceOfSatisfying(
            Found.class,
            found ->
                assertThat(List.of(found.userName(), found.password()).toString())
                    .contains(
                        "The user name of the entry ghcr.io in Secret seed has a colon",
                        "The password of the entry ghcr.io in Secret seed ends with a line break")
                    .doesNotContain("s3cret"));
  }

  /** Go has U+FFFD in the place of half a surrogate pair, and everything else as it is. */
  @ParameterizedTest
  @CsvSource({
    "\\ud7ff,       \ud7ff",
    "\\ud800,       \ufffd",
    "\\udfff,       \ufffd",
    "\\udc00\\ud800, \ufffd\ufffd",
    "\\ue000,       \ue000",
    "\\ud83d\\ude00, \ud83d\ude00",
  })
  void halfACharacterIsReadAsAKubeletReadsIt(String written, String read) {
    var config =
        "{\"auths\":{\"ghcr.io\":{\"username\":\"u%s\",\"password\":\"p%<s\"}}}".formatted(written);
    assertThat(read("ghcr.io", config))
        .isEqualTo(new Found(new Valid("u" + read), new Valid("p" + read)));
  }

  /** Broken ones as well, of which no client would read a thing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\":{}}",
        " {\n\t\"auths\": {\"ghcr.io\": {}}\n}\n",
        "\ufeff{\"auths\":{}}",
        "{\"Auths\":{}}",
        "{\"psFormat\":\"x\",\"auths\":{}}",
        "{\"auths\":{\"ghcr.io\":{},\"ghcr.io\":{}}}",
        "{\"auths\":{\"ghcr.io\":{\"auth\":",
        "{\"credsStore\":\"desktop\"}",
        "{\"credHelpers\":{\"ghcr.io\":\"x\"}}",
        "{\"ghcr.io\":{\"auth\":\"dTpw\"}}",
        "{\"quay.io\":{},\"ghcr.io\":{\"auth\":\"dTpw\"}}",
        "{\"ghcr.io\":{\"username\":\"u\",\"password\":\"p\",\"email\":\"e\"}}",
      })
  void aWholeDockerConfigIsKnownForOne(String value) {
    assertThat(isDockerConfig(value)).isTrue();
    assertThat(isDockerConfig(base64(value))).as("in base64").isTrue();
    assertThat(isDockerConfig(base64(value).replaceAll(".{8}", "$0\n"))).as("in lines").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret",
        "",
        "{",
        "{}",
        "[]",
        "\"auths\"",
        "{\"a\":1}",
        "{\"a\":{}}",
        "{\"a\":{\"auth\":\"x\"}}",
        "{\"token\":\"s3cret\",\"auth\":\"x\"}",
        "{\"token\":\"s3cret\",\"more\":{\"auths\":{}}}",
      })
  void aPasswordIsNone(String value) {
    assertThat(isDockerConfig(value)).isFalse();
    assertThat(isDockerConfig(base64(value))).as("in base64").isFalse();
  }

  @Test
  void aKeyFileOfGoogleIsNone() {
    assertThat(isDockerConfig(CredentialValues.GOOGLE_KEY)).isFalse();
    assertThat(isDockerConfig(base64(CredentialValues.GOOGLE_KEY)))
        .as("_json_key_base64")
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {".dockerconfigjson", ".dockercfg"})
  void itsKeyIsEnough(String key) {
    assertThat(DockerConfigAccount.isDockerConfig(key, "s3cret".getBytes(UTF_8))).isTrue();
  }

  private static boolean isDockerConfig(String value) {
    return DockerConfigAccount.isDockerConfig("password", value.getBytes(UTF_8));
  }

  private static DockerConfigAccount readUnder(String key, String config) {
    return DockerConfigAccount.read("seed", "ghcr.io", Map.of(key, base64(config)));
  }

  private static DockerConfigAccount read(String server, String config) {
    return DockerConfigAccount.read("seed", server, Map.of(PullSecret.KEY, base64(config)));
  }
}
