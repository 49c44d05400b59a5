package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.ParsedDockerConfig.Parsed;
import dev.regcred.dockerconfig.ParsedDockerConfig.Unparseable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigParserTest {
  @Test
  void keepsForeignValuesToTheByte() {
    var config =
        parsed(
            """
            {
              "credHelpers": {"ecr.example" : "ecr-login"} ,
              "auths": {
                "quay.io": { "auth": "YTpi",\t"x\\u002fy": [1.0e+5, -0, {"auths": {}}] },
                "a\\/b": {}
              },
              "n": 1E400,"t":true , "s": "a\\"}b", "z":null,
              "e": []
            }
            """);
    assertThat(text(config))
        .isEqualTo(
            "{\"auths\":{\"a/b\":{},\"quay.io\":{ \"auth\": \"YTpi\",\t\"x\\u002fy\": [1.0e+5, -0,"
                + " {\"auths\": {}}] }},\"credHelpers\":{\"ecr.example\" : \"ecr-login\"},"
                + "\"n\":1E400,\"t\":true,\"s\":\"a\\\"}b\",\"z\":null,\"e\":[]}");
    assertThat(config.servers()).containsExactly("a/b", "quay.io");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"auths\":{}}", " {\n\"auths\" : null } \n"})
  void whatHasNoEntriesIsEmpty(String content) {
    assertThat(text(parsed(content))).isEqualTo("{\"auths\":{}}");
  }

  @Test
  void anotherTopLevelKeyIsKeptWithoutEntriesToo() {
    assertThat(text(parsed("{\"HttpHeaders\":{}}"))).isEqualTo("{\"auths\":{},\"HttpHeaders\":{}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                   | is not a JSON object",
        "[]                                   | is not a JSON object",
        "`\"auths\"`                          | is not a JSON object",
        "{                                    | is not JSON",
        "{\"auths\":{}                        | is not JSON",
        "{\"auths\":{\"a\":{\"b\":\"s3cr      | is not JSON",
        "{\"auths\":{\"a\":{\"b\":s3cret}}}   | is not JSON",
        "{\"auths\":{\"a\":{\"b\":NaN}}}      | is not JSON",
        "{\"auths\":{\"a\":{\"b\":01}}}       | is not JSON",
        "{\"auths\":{\"a\":{},}}              | is not JSON",
        "{'auths':{}}                         | is not JSON",
        "{\"auths\":{}} //                    | is not JSON",
        "{\"auths\":{\"a\":{\"b\":\"\u0001\"}}} | is not JSON",
        "\ufeff{\"auths\":{}}                 | is not JSON",
        "{\"auths\":{}} {}                    | goes on after its JSON object",
        "{\"auths\":{}} 1                     | goes on after its JSON object",
        "{\"auths\":[]}                       | has a value of auths that is not an object",
        "{\"auths\":\"s3cret\"}               | has a value of auths that is not an object",
        "{\"auths\":{\"a\":\"s3cret\"}}       | has an entry that is not an object",
        "{\"auths\":{\"\\ud800\":{}}}         | is not JSON",
        "{\"\\ud800\":{}}                     | is not JSON",
      })
  void refusesAndQuotesNothing(String content, String reason) {
    assertThat(DockerConfigParser.parse(content.getBytes(UTF_8)))
        .isEqualTo(new Unparseable(reason, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null                                 | is not a JSON object",
        "{\"auths\":{\"a\":{},\"\\u0061\":{}}} | has two entries for one server",
        "{\"auths\":{},\"auths\":{}}          | has the key auths twice",
        "{\"Auths\":{}}                       | has the key auths in another case",
        "{\"auth\u017f\":{}}                  | has the key auths in another case",
        "{\"a\":1,\"a\":1}                    | has a top-level key twice",
      })
  void refusesWhatGoReadsInAWayThatTheTextDoesNotShow(String content, String reason) {
    assertThat(DockerConfigParser.parse(content.getBytes(UTF_8)))
        .isEqualTo(new Unparseable(reason, true));
  }

  @Test
  void refusesOtherEncodings() {
    var json = "{\"auths\":{\"a\u00e9\":{}}}";
    assertThat(DockerConfigParser.parse(json.getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo(new Unparseable("is not UTF-8", true));
    assertThat(DockerConfigParser.parse("{}".getBytes(StandardCharsets.UTF_16LE)))
        .isEqualTo(new Unparseable("is not JSON", false));
  }

  @Test
  void refusesNestingThatWouldOverflowAStack() {
    var deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(DockerConfigParser.parse(deep.getBytes(UTF_8)))
        .isEqualTo(new Unparseable("is not JSON", false));
  }

  /** A megabyte of them would be twenty in memory, as often as it is read. */
  @Test
  void refusesMoreKeysThanAnybodyHas() {
    var most = members(DockerConfigParser.MAX_KEYS);
    assertThat(parsed("{\"auths\":{%s},%s}".formatted(most, most)).servers())
        .hasSize(DockerConfigParser.MAX_KEYS);
    for (int count : List.of(DockerConfigParser.MAX_KEYS + 1, 100_000)) {
      var more = members(count);
      assertThat(DockerConfigParser.parse("{\"auths\":{%s}}".formatted(more).getBytes(UTF_8)))
          .isEqualTo(new Unparseable("has more than 1000 entries", true));
      assertThat(DockerConfigParser.parse("{%s}".formatted(more).getBytes(UTF_8)))
          .isEqualTo(new Unparseable("has more than 1000 top-level keys", true));
    }
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"k%s\":{}"::formatted)
        .collect(Collectors.joining(","));
  }

  /** What the API server stores, and what no registry is called. */
  @Test
  void keepsKeysThatNobodyWouldExpect() {
    var odd =
        "{\"auths\":{\"\":{},\"\\u0000\":{},\"a\\nb\":{},\"http://[\":{},\"%%\":{},\"%s\":{}}}"
            .formatted("k".repeat(40_000));
    var config = parsed(odd);
    assertThat(config.servers()).hasSize(6);
    assertThat(parsed(text(config)).servers()).isEqualTo(config.servers());
    assertThat(config.merge(Map.of(), Set.of("registry.example.com")).servers())
        .isEqualTo(config.servers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-1.", "1e"})
  void refusesNumbersThatTakeLongToRead(String start) {
    var digits = start + "7".repeat(500_000);
    assertThat(DockerConfigParser.parse("{\"n\":%s}".formatted(digits).getBytes(UTF_8)))
        .isEqualTo(new Unparseable("is not JSON", false));
  }

  private static DockerConfigJson parsed(String content) {
    return ((Parsed) DockerConfigParser.parse(content.getBytes(UTF_8))).config();
  }

  private static String text(DockerConfigJson config) {
    return new String(config.toBytes(), UTF_8);
  }
}
