package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.RegistryCredential;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
    applied(REGISTRY);
    applySource(CANARY);
    applied(
        IntStream.range(0, CREDENTIALS)
            .mapToObj(i -> credential("pull-" + i, "removal: {purgeAfter: Never}\n"))
            .collect(Collectors.joining("---\n")));
    awaitAll("Active Active", config(CANARY));

    declare(MAIN, "Inactive");
    awaitAll("Inactive RegistryInactive", BLANK);
    awaitRegistry("main", "Inactive", "Inactive");
    declare(MAIN, "Active");
    awaitAll("Active Active", config(CANARY));

    kubectl("delete", MAIN, "--timeout=90s");
    assertThat(contents()).as("when delete has returned").containsOnly(Map.entry(BLANK, all()));
    applied(REGISTRY.replace("registry.example.com", "other.example.com"));
    var elsewhere = config(CANARY).replace("registry.example.com", "other.example.com");
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
        .pollInterval(Duration.ofMillis(500))
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
        .collect(Collectors.groupingBy(RegistryScaleIT::state, Collectors.counting()));
  }

  private Map<String, Long> contents() {
    return client.secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> secret.getMetadata().getName().startsWith("pull-"))
        .collect(Collectors.groupingBy(RegistryScaleIT::decoded, Collectors.counting()));
  }

  private static String state(RegistryCredential credential) {
    var status = credential.getStatus();
    return status == null || status.state() == null
        ? "none"
        : status.state().value()
            + " "
            + (status.conditions() == null ? List.of() : status.conditions().getFirst().reason());
  }

  private static String decoded(Secret secret) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
        StandardCharsets.UTF_8);
  }
}
