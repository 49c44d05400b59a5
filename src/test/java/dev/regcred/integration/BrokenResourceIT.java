package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.Registry;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
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
          "Registry/main");

  @ParameterizedTest(name = "desiredState: {0}")
  @ValueSource(strings = {"\"Sleeping\"", "5", "2", "{\"is\":\"Active\"}"})
  void aSpecThatCantBeReadIsSaidAndHoldsUpNobody(String value) {
    activeWorkingSet();
    applied(Manifests.credential("broken"));
    awaitState("broken", "Active", "Active");
    loose.during(
        () -> {
          loose.patch("RegistryCredential/broken", desiredState(value));
          onlyTheBrokenOneStandsStill();
        });
  }

  @Test
  void aSpecThatTheSchemaDoesNotAllowAnyMoreHoldsUpNobody() {
    activeWorkingSet();
    applied(Manifests.credential("broken"));
    awaitState("broken", "Active", "Active");
    loose.during(() -> loose.patch("RegistryCredential/broken", desiredState("\"Sleeping\"")));
    onlyTheBrokenOneStandsStill();
  }

  private void onlyTheBrokenOneStandsStill() {
    awaitState("broken", "Active", "SpecUnreadable");
    assertThat(message("broken", "Stalled")).contains("spec.desiredState");
    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
    assertThat(content("broken")).as("the last good one").isEqualTo(config(CANARY));

    stopOperator();
    startOperator();

    eventually(() -> operator().isReady());
    applySource(CANARY + "-again");
    awaitPullSecret(config(CANARY + "-again"));
    assertThat(content("broken")).as("the last good one").isEqualTo(config(CANARY));
    deleted("RegistryCredential/broken");
    assertThat(secretNamed("broken")).isNull();
    assertThat(content("pull")).isEqualTo(config(CANARY + "-again"));
  }

  @Test
  void aRepairedSpecIsCarriedOutAgain() {
    activeWorkingSet();
    loose.during(() -> loose.patch("RegistryCredential/pull", desiredState("\"Sleeping\"")));
    awaitState("pull", "Active", "SpecUnreadable");
    applySource(CANARY + "-rotated");

    declare("Active");

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated"));
  }

  @Test
  void anUnknownFieldIsPassedOver() {
    activeWorkingSet();
    loose.during(
        () -> {
          loose.patch("RegistryCredential/pull", "{\"spec\":{\"fromTheFuture\":[1,2]}}");
          awaitState("pull", "Active", "Active");
        });
    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
  }

  @Test
  void aStatusThatCantBeReadIsWrittenAnew() {
    activeWorkingSet();
    loose.during(
        () ->
            test.namespace()
                .patchStatus(
                    "RegistryCredential",
                    "pull",
                    "{\"status\":{\"state\":7,\"conditions\":\"none\"}}"));

    awaitState("pull", "Active", "Active"); // The operator sees that somebody has written it.
    applySource(CANARY + "-rotated");

    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
  }

  @Test
  void aRegistryThatCantBeReadLeavesItsCredentialsTheirPullSecrets() {
    activeWorkingSet();
    loose.during(() -> loose.patch("Registry/main", desiredState("\"Sleeping\"")));
    awaitRegistry("main", "Active", "SpecUnreadable");
    assertThat(stalledRegistry()).contains("spec.desiredState");

    stopOperator();
    startOperator();

    var meters = new Meters(operator().httpPort());
    eventually(() -> meters.passes("RegistryCredential") > 0);
    assertThat(content("pull")).as("after a pass").isEqualTo(config(CANARY));
    applySource(CANARY + "-rotated");
    declare("Registry/main", "Active");
    awaitRegistry("main", "Active", "Active");
    awaitPullSecret(config(CANARY + "-rotated"));
    awaitState("pull", "Active", "Active");
  }

  /** It was allowed once, and an entry of such a user name is another account's. */
  @Test
  void aUserNameThatNoEntryCanHaveHoldsUpNoneOfThoseThatShareTheSecret() {
    activeWorkingSet();
    applied(
        Manifests.registry("other"),
        Manifests.credential("broken").registry("other").target("pull"));
    awaitState("broken", "Active", "Active");

    loose.during(
        () -> loose.patch("RegistryCredential/broken", "{\"spec\":{\"publicValue\":\"ro:bot\"}}"));

    awaitState("broken", "Active", "SourceInvalid");
    assertThat(message("broken", "Stalled"))
        .isEqualTo("spec.publicValue has a colon, which no user name can have.");
    applySource(CANARY + "-rotated");
    awaitPullSecret(
        document(
            entryAt("other.example.com", "robot", CANARY),
            entryAt("registry.example.com", "robot", CANARY + "-rotated")));
    awaitState("pull", "Active", "Active");
  }

  private static String desiredState(String json) {
    return "{\"spec\":{\"desiredState\":%s}}".formatted(json);
  }

  private String stalledRegistry() {
    var registry = client.resources(Registry.class).inNamespace(namespace).withName("main").get();
    return message(present(registry.getStatus(), "status of main"), "Stalled");
  }
}
