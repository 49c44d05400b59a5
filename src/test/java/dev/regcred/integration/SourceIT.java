package dev.regcred.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a bad source does: it is said, and the last good pull Secret stays. */
class SourceIT extends OperatorScenario {
  static Stream<Arguments> unfit() {
    return Stream.of(
        Arguments.of("a line break", source(CANARY + "\n"), "line break"),
        Arguments.of("a control character", source(CANARY + "\u0007"), "control character"),
        Arguments.of("nothing", source(""), "empty"),
        Arguments.of(
            "65,537 bytes", source(CANARY + "x".repeat(65_537 - CANARY.length())), "65536 bytes"),
        Arguments.of(
            "not UTF-8", Manifests.secret("account").set("data.password", "//79"), "UTF-8"));
  }

  private static Manifest<?> source(String password) {
    return Manifests.source("account", password);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void anUnfitPasswordIsNeverWritten(String what, Manifest<?> source, String message) {
    activeWorkingSet();

    applied(source);

    awaitState("pull", "Active", "SourceInvalid");
    assertThat(message("pull", "Stalled")).contains("account", "password", message);
    assertThat(content("pull")).isEqualTo(config(CANARY));
    applySource(CANARY + "-again");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-again"));
  }

  @Test
  void anUnfitPasswordFromTheStartLeavesNoSecret() {
    applySource(CANARY + "\n");
    applied(Manifests.registry("main"), Manifests.credential("pull"));
    awaitState("pull", "Activating", "SourceInvalid");
    assertThat(secretNamed("pull")).isNull();
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  static Stream<String> unusual() {
    return Stream.of(
        // A key file of Google has thirteen lines, and ends in a line break.
        "{\n\t\"private_key\": \"" + CANARY + "\"\n}\n",
        // A token of Azure.
        CANARY + "x".repeat(6_090 - CANARY.length()));
  }

  @ParameterizedTest
  @MethodSource("unusual")
  void whatKubeletsTakeIsWrittenAsItIs(String password) {
    applySource(password);
    applied(Manifests.registry("main"), Manifests.credential("pull"));

    awaitState("pull", "Active", "Active");

    var json = password.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    var auth = Base64.getEncoder().encodeToString(("robot:" + password).getBytes(UTF_8));
    assertThat(content("pull"))
        .contains("\"password\":\"" + json + "\"", "\"auth\":\"" + auth + "\"");
  }

  @Test
  void aKeyThatGoesAwayIsNamed() {
    activeWorkingSet();
    applied(Manifests.secret("account").value("another", CANARY));
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(message("pull", "Ready")).contains("account", "password");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }
}
