package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Registry's life cycle does to its credentials. */
class RegistryIT extends OperatorScenario {
  private static final String MAIN = "Registry/main";

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"Inactive", "Removed"})
  void aRegistryOutOfUseTakesItsCredentialsWithItAndBack(String state) {
    activate();
    var uid = pullSecret().getMetadata().getUid();

    declare(MAIN, state);

    awaitRegistry("main", state, state);
    awaitState("pull", "Inactive", "RegistryInactive");
    assertThat(content("pull")).isEqualTo(BLANK);
    await()
        .untilAsserted(() -> assertThat(ready(status("pull")).message()).contains("main", state));
    declare(MAIN, "Active");
    awaitRegistry("main", "Active", "Active");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void aRemovedRegistryIsRestoredToInactiveFirst() {
    activate();
    declare(MAIN, "Removed");
    awaitRegistry("main", "Removed", "Removed");
    awaitState("pull", "Inactive", "RegistryInactive");
    assertThat(registryStatus("main").availableActions()).contains(LifecycleProcess.RESTORE);

    declare(MAIN, "Inactive");

    awaitRegistry("main", "Inactive", "Inactive");
    assertThat(history(registryStatus("main"))).startsWith(LifecycleProcess.RESTORE);
    assertThat(registryStatus("main").removedTime()).isNull();
    assertThat(content("pull")).isEqualTo(BLANK);
    declare(MAIN, "Active");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aCredentialOfAnInactiveRegistryNeverWritesItsValue() {
    applied(main().desiredState("Inactive"));
    awaitRegistry("main", "Inactive", "Inactive");
    applySource(CANARY);
    applied(Manifests.credential("pull"));
    awaitState("pull", "Inactive", "RegistryInactive");
    stopOperator(); // So that all that it began is written.
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void aDeactivationIsRecordedAndWaitsForTheCredentials() {
    activate();
    try (var states = RecordedStates.of(client, namespace, "main")) {
      declare(MAIN, "Inactive");
      awaitRegistry("main", "Inactive", "Inactive");
      await()
          .untilAsserted(
              () ->
                  assertThat(states.seen())
                      .containsSubsequence("Deactivating CredentialsInUse", "Inactive Inactive"));
      assertThat(states.messages()).anyMatch(message -> message.contains("1 of its credentials"));
      assertThat(states.messages()).anyMatch(message -> message.contains("pull"));
    }
  }

  @Test
  void aRegistryWaitsAsLongAsOneOfItsCredentialsIsInUse() {
    activate();
    stopOperator();
    // What is immutable can only be deleted and created anew, and the finalizer keeps it there.
    patch("Secret/pull", "{\"metadata\":{\"finalizers\":[\"test.example/hold\"]}}");
    patch("Secret/pull", "{\"immutable\":true}");
    startOperator();

    declare(MAIN, "Inactive");

    awaitRegistry("main", "Deactivating", "CredentialsInUse");
    assertThat(ready(registryStatus("main")).message()).contains("pull");
    patch("Secret/pull", "{\"metadata\":{\"finalizers\":null}}");
    awaitRegistry("main", "Inactive", "Inactive");
    awaitState("pull", "Inactive", "RegistryInactive");
    assertThat(content("pull")).isEqualTo(BLANK);
  }

  @Test
  void aPurgedRegistryRemovesItsCredentialsForGood() {
    applied(main());
    applySource(CANARY);
    applied(Manifests.credential("pull").purgeAfter("2s"));
    awaitState("pull", "Active", "Active");

    declare(MAIN, "Purged");

    awaitRegistry("main", "Purged", "Purged");
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    awaitState("pull", "Purged", "RegistryPurged");
    assertThat(present(status("pull").conditions(), "conditions"))
        .extracting(Condition::type, Condition::status)
        .contains(tuple("Stalled", Condition.TRUE));
    assertThat(history(status("pull")))
        .startsWith(LifecycleProcess.PURGE, LifecycleProcess.REMOVE, LifecycleProcess.DEACTIVATE);
    assertThatThrownBy(() -> applied(main().desiredState("Active")))
        .hasMessageContaining("nothing leaves Purged");
  }

  @Test
  void aCredentialOfAPurgedRegistryRestsAsRemovedUntilItIsPurged() {
    applied(main());
    applySource(CANARY);
    applied(Manifests.credential("pull").purgeAfter("1h"));
    awaitState("pull", "Active", "Active");
    declare(MAIN, "Purged");
    awaitRegistry("main", "Purged", "Purged");
    awaitState("pull", "Removed", "RegistryPurged");
    assertThat(status("pull").purgeTime()).isNotNull();
    assertThat(secretNamed("pull")).isNull();

    applied(Manifests.credential("pull").purgeAfter("1s"));

    awaitState("pull", "Purged", "RegistryPurged");
  }

  @Test
  void aRemovedRegistryIsPurgedWhenItsTimeHasCome() {
    applied(main().purgeAfter("1s"));
    applySource(CANARY);
    applied(Manifests.credential("pull"));
    awaitState("pull", "Active", "Active");

    declare(MAIN, "Removed");

    awaitRegistry("main", "Purged", "Purged");
    awaitState("pull", "Removed", "RegistryPurged");
    assertThat(history(registryStatus("main")))
        .startsWith(LifecycleProcess.PURGE, LifecycleProcess.REMOVE, LifecycleProcess.DEACTIVATE);
  }

  @Test
  void aDeletedRegistryWaitsUntilItsCredentialsAreBlankAndComesBackWithAnotherAddress() {
    activate();
    var uid = pullSecret().getMetadata().getUid();
    try (var states = RecordedStates.of(client, namespace, "main")) {
      deleted(MAIN);

      assertThat(content("pull")).as("when delete has returned").isEqualTo(BLANK);
      await().untilAsserted(() -> assertThat(states.seen()).contains("Removing CredentialsInUse"));
    }
    awaitState("pull", "Inactive", "RegistryNotFound");
    assertThat(ready(status("pull")).message()).contains("main");

    applied(main().server("other.example.com:5000"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull"))
        .isEqualTo(document(entryAt("other.example.com:5000", "robot", CANARY)));
    assertThat(status("pull").serverAddress()).isEqualTo("other.example.com:5000");
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
  }

  @ParameterizedTest(name = "from {0}")
  @ValueSource(strings = {"Inactive", "Removed", "Purged"})
  void deleteOfARegistryOutOfUseReturns(String state) {
    activate();
    declare(MAIN, state);
    awaitRegistry("main", state, state);
    deleted(MAIN);
  }

  @Test
  void aRegistryThatIsGoneWithoutFarewellLeavesTheLastGoodPullSecret() {
    activate();
    stopOperator();
    patch(MAIN, "{\"metadata\":{\"finalizers\":null}}");
    deleted(MAIN);

    startOperator();

    awaitState("pull", "Active", "RegistryNotFound");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    applied(main().server("other.example.com"));
    awaitState("pull", "Active", "Active");
    assertThat(content("pull"))
        .as("the new address is the only one")
        .isEqualTo(document(entryAt("other.example.com", "robot", CANARY)));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"deleted", "purged"})
  void oneAddressIsForOneRegistryUntilThatIs(String end) {
    applied(Manifests.registry("first").server("docker.io"));
    awaitRegistry("first", "Active", "Active");
    assertThat(registryStatus("first").serverAddress()).isEqualTo("https://index.docker.io/v1/");

    applied(Manifests.registry("second").server("index.docker.io"));

    awaitRegistry("second", "Activating", "ServerAddressUsed");
    assertThat(ready(registryStatus("second")).message())
        .contains("first", "https://index.docker.io/v1/");
    assertThat(present(registryStatus("second").conditions(), "conditions"))
        .extracting(Condition::type, Condition::reason)
        .contains(tuple("Stalled", "ServerAddressUsed"));
    assertThat(registryStatus("second").serverAddress()).isNull();
    if (end.equals("deleted")) {
      deleted("Registry/first");
    } else {
      declare("Registry/first", "Purged");
    }
    awaitRegistry("second", "Active", "Active");
    assertThat(registryStatus("second").serverAddress()).isEqualTo("https://index.docker.io/v1/");
  }

  @Test
  void aCredentialOfADisplacedRegistryWaits() {
    applied(Manifests.registry("first").server("registry.example.com"));
    awaitRegistry("first", "Active", "Active");
    applyWorkingSet();
    awaitRegistry("main", "Activating", "ServerAddressUsed");
    awaitState("pull", "Registering", "RegistryNotReady");
    assertThat(secretNamed("pull")).isNull();

    deleted("Registry/first");

    awaitState("pull", "Active", "Active");
  }

  @Test
  void theSameAddressInTwoNamespacesIsFine() {
    activate();
    try (var other = TestNamespace.create(client)) {
      other.apply(Manifests.registry("theirs").server("registry.example.com").yaml());
      var theirs = client.resources(Registry.class).inNamespace(other.name()).withName("theirs");
      await()
          .untilAsserted(
              () -> assertThat(summary(theirs.get().getStatus())).isEqualTo("Active Active"));
      stopOperator(); // So that all that it began is written.
      awaitRegistry("main", "Active", "Active");
      startOperator();
      other.withdrawAll();
    }
  }

  /** Whichever is first, by time or by name, and whichever the operator sees first. */
  @ParameterizedTest(name = "{0} before {1}")
  @CsvSource({"a,b", "b,a"})
  void ofTwoThatRaceForAnAddressExactlyOneGetsIt(String first, String second) {
    var rounds = 8;
    for (int i = 0; i < rounds; i++) {
      var address = "r" + i + ".example.com";
      applied(
          Manifests.registry(first + i).server(address),
          Manifests.registry(second + i).server(address));
    }
    for (int i = 0; i < rounds; i++) {
      var pair = List.of("a" + i, "b" + i);
      await()
          .untilAsserted(
              () ->
                  assertThat(pair.stream().map(name -> summary(registryStatus(name))))
                      .as("%s", pair)
                      .satisfiesOnlyOnce(state -> assertThat(state).isEqualTo("Active Active"))
                      // Inactive: it had the address for a moment.
                      .satisfiesOnlyOnce(
                          state ->
                              assertThat(state)
                                  .isIn(
                                      "Activating ServerAddressUsed",
                                      "Inactive ServerAddressUsed")));
    }
  }

  @Test
  void allCredentialsOfARegistryFollowIt() {
    applied(main());
    applySource(CANARY);
    var names = IntStream.range(0, 20).mapToObj(i -> "pull-" + i).toList();
    names.forEach(name -> applied(Manifests.credential(name)));
    names.forEach(name -> awaitState(name, "Active", "Active"));

    declare(MAIN, "Inactive");

    awaitRegistry("main", "Inactive", "Inactive");
    names.forEach(
        name -> {
          assertThat(content(name)).as("before the Registry says Inactive").isEqualTo(BLANK);
          awaitState(name, "Inactive", "RegistryInactive");
        });
    declare(MAIN, "Active");
    names.forEach(
        name -> {
          awaitState(name, "Active", "Active");
          assertThat(content(name)).isEqualTo(config(CANARY));
        });
  }

  private void activate() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    awaitRegistry("main", "Active", "Active");
  }

  private static Manifest.OfRegistry main() {
    return Manifests.registry("main");
  }

  /** The finished steps, newest first. */
  private static List<LifecycleProcess> history(LifecycleStatus status) {
    return present(status.history(), "history").stream().map(Transition::process).toList();
  }
}
