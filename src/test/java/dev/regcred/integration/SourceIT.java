package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
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
            "4,097 bytes", source(CANARY + "x".repeat(4_097 - CANARY.length())), "4096 bytes"),
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

  @Test
  void aKeyThatGoesAwayIsNamed() {
    activeWorkingSet();
    applied(Manifests.secret("account").value("another", CANARY));
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(message("pull", "Ready")).contains("account", "password");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }
}
