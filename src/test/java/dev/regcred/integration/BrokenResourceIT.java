package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Patience;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A resource of a form that the operator does not know, as a newer version's CRD may have let it
 * in, harms nobody but itself.
 */
class BrokenResourceIT extends OperatorScenario {
  private final LooseSchema loose =
      new LooseSchema(
          this,
          List.of("registries.regcred.dev", "registrycredentials.regcred.dev"),
          "registry/main");

  @ParameterizedTest(name = "desiredState: {0}")
  @ValueSource(strings = {"\"Sleeping\"", "5", "2", "{\"is\":\"Active\"}"})
  void aSpecThatCantBeReadIsSaidAndHoldsUpNobody(String value) {
    applyWorkingSet();
    applied(credential("broken", ""));
    awaitState("pull", "Active", "Active");
    awaitState("broken", "Active", "Active");
    loose.during(
        () -> {
          loose.patch("regcred/broken", "{\"spec\":{\"desiredState\":%s}}", value);
          onlyTheBrokenOneStandsStill();
        });
  }

  @Test
  void aSpecThatTheSchemaDoesNotAllowAnyMoreHoldsUpNobody() {
    applyWorkingSet();
    applied(credential("broken", ""));
    awaitState("pull", "Active", "Active");
    awaitState("broken", "Active", "Active");
    loose.during(
        () -> loose.patch("regcred/broken", "{\"spec\":{\"desiredState\":%s}}", "\"Sleeping\""));
    onlyTheBrokenOneStandsStill();
  }

  private void onlyTheBrokenOneStandsStill() {
    awaitState("broken", "Active", "SpecUnreadable");
    assertThat(condition("regcred/broken", "Stalled")).contains("spec.desiredState");
    applySource(CANARY + "-rotated");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
    assertThat(content("broken")).as("the last good one").isEqualTo(config(CANARY));

    stopOperator();
    startOperator();

    eventually(() -> operator().isReady());
    applySource(CANARY + "-again");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-again")));
    assertThat(tried("delete", "regcred/broken", Patience.TIMEOUT_FLAG).stderr()).isEmpty();
    assertThat(credentialNamed("broken")).isNull();
    assertThat(secretNamed("broken")).isNull();
    assertThat(content("pull")).isEqualTo(config(CANARY + "-again"));
  }

  @Test
  void aRepairedSpecIsCarriedOutAgain() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    loose.during(
        () -> loose.patch("regcred/pull", "{\"spec\":{\"desiredState\":%s}}", "\"Sleeping\""));
    awaitState("pull", "Active", "SpecUnreadable");
    applySource(CANARY + "-rotated");

    declare("Active");

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated"));
  }

  @Test
  void anUnknownFieldIsPassedOver() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    loose.during(
        () -> {
          loose.patch("regcred/pull", "{\"spec\":{\"fromTheFuture\":%s}}", "[1,2]");
          awaitState("pull", "Active", "Active");
        });
    applySource(CANARY + "-rotated");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
  }

  @Test
  void aStatusThatCantBeReadIsWrittenAnew() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    loose.during(
        () ->
            assertThat(
                    tried(
                            "patch",
                            "regcred/pull",
                            "--subresource=status",
                            "--type=merge",
                            "-p",
                            "{\"status\":{\"state\":7,\"conditions\":\"none\"}}")
                        .stderr())
                .isEmpty());
    assertThat(existing("pull").getStatus()).as("a status that can't be read").isNull();

    applySource(CANARY + "-rotated");

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated"));
  }

  @Test
  void aRegistryThatCantBeReadLeavesItsCredentialsTheirPullSecrets() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    loose.during(
        () -> loose.patch("registry/main", "{\"spec\":{\"desiredState\":%s}}", "\"Sleeping\""));
    awaitRegistry("main", "Active", "SpecUnreadable");
    assertThat(condition("registry/main", "Stalled")).contains("spec.desiredState");

    stopOperator();
    startOperator();

    eventually(() -> operator().isReady());
    applySource(CANARY + "-rotated");
    declare("Registry/main", "Active");
    awaitRegistry("main", "Active", "Active");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
    awaitState("pull", "Active", "Active");
  }

  private String condition(String resource, String type) {
    return kubectl(
        "get",
        resource,
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"" + type + "\")].message}");
  }
}
