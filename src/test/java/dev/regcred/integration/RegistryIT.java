package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Patience;
import java.util.List;
import java.util.stream.Collectors;
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
    await().untilAsserted(() -> assertThat(message("regcred/pull")).contains("main", state));
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
    assertThat(status(MAIN, ".availableActions")).contains("Restore");

    declare(MAIN, "Inactive");

    awaitRegistry("main", "Inactive", "Inactive");
    assertThat(status(MAIN, ".history[0].process")).isEqualTo("Restore");
    assertThat(status(MAIN, ".removedTime")).isEmpty();
    assertThat(content("pull")).isEqualTo(BLANK);
    declare(MAIN, "Active");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void aCredentialOfAnInactiveRegistryNeverWritesItsValue() {
    applied(REGISTRY.replace("com}", "com, desiredState: Inactive}"));
    awaitRegistry("main", "Inactive", "Inactive");
    applySource(CANARY);
    applied(credential(""));
    awaitState("pull", "Inactive", "RegistryInactive");
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
    kubectl(
        "patch", "secret/pull", "-p", "{\"metadata\":{\"finalizers\":[\"test.example/hold\"]}}");
    kubectl("patch", "secret/pull", "-p", "{\"immutable\":true}");
    startOperator();

    declare(MAIN, "Inactive");

    awaitRegistry("main", "Deactivating", "CredentialsInUse");
    assertThat(message(MAIN)).contains("pull");
    kubectl("patch", "secret/pull", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
    awaitRegistry("main", "Inactive", "Inactive");
    awaitState("pull", "Inactive", "RegistryInactive");
    assertThat(content("pull")).isEqualTo(BLANK);
  }

  @Test
  void aPurgedRegistryRemovesItsCredentialsForGood() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(credential("removal: {purgeAfter: 2s}"));
    awaitState("pull", "Active", "Active");

    declare(MAIN, "Purged");

    awaitRegistry("main", "Purged", "Purged");
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    awaitState("pull", "Purged", "RegistryPurged");
    assertThat(status("regcred/pull", ".conditions[?(@.type==\"Stalled\")].status"))
        .isEqualTo("True");
    assertThat(history("regcred/pull")).startsWith("Purge Remove Deactivate");
    assertThat(triedToApply(REGISTRY.replace("com}", "com, desiredState: Active}")).exitCode())
        .as("nothing leaves Purged")
        .isNotZero();
  }

  @Test
  void aCredentialOfAPurgedRegistryRestsAsRemovedUntilItIsPurged() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(credential("removal: {purgeAfter: 1h}"));
    awaitState("pull", "Active", "Active");
    declare(MAIN, "Purged");
    awaitRegistry("main", "Purged", "Purged");
    awaitState("pull", "Removed", "RegistryPurged");
    assertThat(status("regcred/pull", ".purgeTime")).isNotEmpty();
    assertThat(secretNamed("pull")).isNull();

    applied(credential("removal: {purgeAfter: 1s}"));

    awaitState("pull", "Purged", "RegistryPurged");
  }

  @Test
  void aRemovedRegistryIsPurgedWhenItsTimeHasCome() {
    applied(REGISTRY.replace("com}", "com, removal: {purgeAfter: 1s}}"));
    applySource(CANARY);
    applied(credential(""));
    awaitState("pull", "Active", "Active");

    declare(MAIN, "Removed");

    awaitRegistry("main", "Purged", "Purged");
    awaitState("pull", "Removed", "RegistryPurged");
    assertThat(history(MAIN)).startsWith("Purge Remove Deactivate");
  }

  @Test
  void aDeletedRegistryWaitsUntilItsCredentialsAreBlankAndComesBackWithAnotherAddress() {
    activate();
    var uid = pullSecret().getMetadata().getUid();
    try (var states = RecordedStates.of(client, namespace, "main")) {
      kubectl("delete", MAIN, Patience.TIMEOUT_FLAG);

      assertThat(content("pull")).as("when delete has returned").isEqualTo(BLANK);
      await().untilAsserted(() -> assertThat(states.seen()).contains("Removing CredentialsInUse"));
    }
    awaitState("pull", "Inactive", "RegistryNotFound");
    assertThat(message("regcred/pull")).contains("main");

    applied(REGISTRY.replace("registry.example.com", "other.example.com:5000"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull"))
        .isEqualTo(config(CANARY).replace("registry.example.com", "other.example.com:5000"));
    assertThat(status("regcred/pull", ".serverAddress")).isEqualTo("other.example.com:5000");
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
  }

  @ParameterizedTest(name = "from {0}")
  @ValueSource(strings = {"Inactive", "Removed", "Purged"})
  void deleteOfARegistryOutOfUseReturns(String state) {
    activate();
    declare(MAIN, state);
    awaitRegistry("main", state, state);
    kubectl("delete", MAIN, Patience.TIMEOUT_FLAG);
  }

  @Test
  void aRegistryThatIsGoneWithoutFarewellLeavesTheLastGoodPullSecret() {
    activate();
    stopOperator();
    kubectl("patch", MAIN, "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
    kubectl("delete", MAIN, Patience.TIMEOUT_FLAG);

    startOperator();

    awaitState("pull", "Active", "RegistryNotFound");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    applied(REGISTRY.replace("registry.example.com", "other.example.com"));
    awaitState("pull", "Active", "Active");
    assertThat(content("pull"))
        .as("the new address is the only one")
        .isEqualTo(config(CANARY).replace("registry.example.com", "other.example.com"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"deleted", "purged"})
  void oneAddressIsForOneRegistryUntilThatIs(String end) {
    applied(registry("first", "docker.io"));
    awaitRegistry("first", "Active", "Active");
    assertThat(status("registry/first", ".serverAddress")).isEqualTo("https://index.docker.io/v1/");

    applied(registry("second", "index.docker.io"));

    awaitRegistry("second", "Activating", "ServerAddressUsed");
    assertThat(message("registry/second")).contains("first", "https://index.docker.io/v1/");
    assertThat(status("registry/second", ".conditions[?(@.type==\"Stalled\")].reason"))
        .isEqualTo("ServerAddressUsed");
    assertThat(status("registry/second", ".serverAddress")).isEmpty();
    if (end.equals("deleted")) {
      kubectl("delete", "registry/first");
    } else {
      declare("Registry/first", "Purged");
    }
    awaitRegistry("second", "Active", "Active");
    assertThat(status("registry/second", ".serverAddress"))
        .isEqualTo("https://index.docker.io/v1/");
  }

  @Test
  void aCredentialOfADisplacedRegistryWaits() {
    applied(registry("first", "registry.example.com"));
    awaitRegistry("first", "Active", "Active");
    applyWorkingSet();
    awaitRegistry("main", "Activating", "ServerAddressUsed");
    awaitState("pull", "Registering", "RegistryNotReady");
    assertThat(secretNamed("pull")).isNull();

    kubectl("delete", "registry/first");

    awaitState("pull", "Active", "Active");
  }

  @Test
  void theSameAddressInTwoNamespacesIsFine() {
    var other = namespace + "-other";
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("create", "namespace", other);
    try {
      activate();
      kubectl.runWithInput(REGISTRY, "apply", "-n", other, "-f", "-");
      await()
          .untilAsserted(
              () ->
                  assertThat(kubectl.ok("get", MAIN, "-n", other, "-o", "jsonpath={.status.state}"))
                      .isEqualTo("Active"));
      awaitRegistry("main", "Active", "Active");
    } finally {
      kubectl.run("delete", MAIN, "-n", other, Patience.TIMEOUT_FLAG);
      kubectl.run("delete", "namespace", other, "--wait=false");
    }
  }

  /** Whichever is first, by time or by name, and whichever the operator sees first. */
  @ParameterizedTest(name = "{0} before {1}")
  @CsvSource({"a,b", "b,a"})
  void ofTwoThatRaceForAnAddressExactlyOneGetsIt(String first, String second) {
    var rounds = 8;
    for (int i = 0; i < rounds; i++) {
      var address = "r" + i + ".example.com";
      applied(registry(first + i, address) + "---\n" + registry(second + i, address));
    }
    for (int i = 0; i < rounds; i++) {
      var pair = List.of("a" + i, "b" + i);
      await()
          .untilAsserted(
              () ->
                  assertThat(pair.stream().map(name -> state("registry/" + name)))
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
    applied(REGISTRY);
    applySource(CANARY);
    var names = IntStream.range(0, 20).mapToObj(i -> "pull-" + i).toList();
    applied(names.stream().map(name -> credential(name, "")).collect(Collectors.joining("---\n")));
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

  private static String registry(String name, String address) {
    return REGISTRY.replace("name: main", "name: " + name).replace("registry.example.com", address);
  }

  private String status(String resource, String path) {
    return kubectl("get", resource, "-o", "jsonpath={.status" + path + "}");
  }

  private String message(String resource) {
    return status(resource, ".conditions[?(@.type==\"Ready\")].message");
  }

  private String state(String resource) {
    return status(resource, ".state")
        + " "
        + status(resource, ".conditions[?(@.type==\"Ready\")].reason");
  }

  private String history(String resource) {
    return status(resource, ".history[*].process");
  }
}
