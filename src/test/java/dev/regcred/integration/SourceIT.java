package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a bad source does: it is said, and the last good pull Secret stays. */
class SourceIT extends OperatorScenario {
  static Stream<Arguments> unfit() {
    return Stream.of(
        Arguments.of("a line break", CANARY + "\n", "line break"),
        Arguments.of("a control character", CANARY + "\u0007", "control character"),
        Arguments.of("nothing", "", "empty"),
        Arguments.of("4,097 bytes", CANARY + "x".repeat(4_097 - CANARY.length()), "4096 bytes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void anUnfitPasswordIsNeverWritten(String what, String password, String message) {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");

    applySource(password);

    awaitState("pull", "Active", "SourceInvalid");
    assertThat(stalledMessage()).contains("account", "password", message);
    assertThat(content("pull")).isEqualTo(config(CANARY));
    applySource(CANARY + "-again");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-again"));
  }

  @Test
  void aPasswordThatIsNotUtf8IsNeverWritten() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    kubectl("patch", "secret/account", "-p", "{\"data\":{\"password\":\"//79\"}}");
    awaitState("pull", "Active", "SourceInvalid");
    assertThat(stalledMessage()).contains("UTF-8");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void anUnfitPasswordFromTheStartLeavesNoSecret() {
    applied(REGISTRY);
    applySource(CANARY + "\n");
    applied(credential(""));
    awaitState("pull", "Activating", "SourceInvalid");
    assertThat(secretNamed("pull")).isNull();
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
  }

  @Test
  void aSourceThatGoesAwayLeavesTheLastGoodPullSecret() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");

    kubectl("delete", "secret/account");

    awaitState("pull", "Active", "SourceNotFound");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    applySource(CANARY + "-back");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-back"));
  }

  @Test
  void aKeyThatGoesAwayIsNamed() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    kubectl(
        "patch",
        "secret/account",
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"/data/password\"}]");
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(message()).contains("account", "password");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private String message() {
    return kubectl(
        "get",
        "regcred",
        "pull",
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"Ready\")].message}");
  }

  private String stalledMessage() {
    return kubectl(
        "get",
        "regcred",
        "pull",
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"Stalled\")].message}");
  }
}
