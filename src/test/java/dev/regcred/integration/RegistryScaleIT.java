package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A Registry with many credentials: all of them follow it. */
class RegistryScaleIT extends OperatorScenario {
  private static final int CREDENTIALS = 200;
  private static final Duration ALL = Duration.ofSeconds(90);
  private static final String MAIN = "Registry/main";

  @Test
  void allFollow() {
    applied(Manifests.registry("main"));
    applySource(CANARY);
    IntStream.range(0, CREDENTIALS)
        .parallel()
        .forEach(i -> applied(Manifests.credential("pull-" + i).purgeAfter("Never")));
    awaitAll("Active Active", config(CANARY));

    declare(MAIN, "Inactive");
    awaitAll("Inactive RegistryInactive", BLANK);
    awaitRegistry("main", "Inactive", "Inactive");
    declare(MAIN, "Active");
    awaitAll("Active Active", config(CANARY));

    deleted(MAIN);
    assertThat(contents()).as("when delete has returned").containsOnly(Map.entry(BLANK, all()));
    applied(Manifests.registry("main").server("other.example.com"));
    var elsewhere = document(entryAt("other.example.com", "robot", CANARY));
    awaitAll("Active Active", elsewhere);

    declare(MAIN, "Removed");
    awaitAll("Inactive RegistryInactive", BLANK);
    awaitRegistry("main", "Removed", "Removed");
    declare(MAIN, "Active");
    awaitAll("Active Active", elsewhere);

    declare(MAIN, "Purged");
    awaitRegistry("main", "Purged", "Purged");
    assertThat(contents()).as("when the Registry is Purged").isEmpty();
    assertThat(states()).containsOnly(Map.entry("Removed RegistryPurged", all()));
  }

  private void awaitAll(String state, String content) {
    await()
        .atMost(ALL)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              assertThat(contents()).containsOnly(Map.entry(content, all()));
              assertThat(states()).containsOnly(Map.entry(state, all()));
            });
  }

  private static long all() {
    return CREDENTIALS;
  }

  /** How many there are of each. */
  private Map<String, Long> states() {
    return client
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(credential -> summary(credential.getStatus()))
        .collect(Collectors.groupingBy(state -> state, Collectors.counting()));
  }

  private Map<String, Long> contents() {
    return client.secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> secret.getMetadata().getName().startsWith("pull-"))
        .collect(Collectors.groupingBy(RegistryScaleIT::decoded, Collectors.counting()));
  }

  private static String decoded(Secret secret) {
    return Base64Text.decoded(secret.getData().getOrDefault(".dockerconfigjson", ""));
  }
}
