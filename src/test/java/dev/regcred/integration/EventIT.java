package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is told by Events, and how often. */
class EventIT extends OperatorScenario {
  private static final Duration NOTHING_MORE = Duration.ofSeconds(2);

  @Test
  void anActivationAndARotationTellNothing() {
    activate();
    applySource(CANARY + "-rotated");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
    told();
    stopOperator();
    told();
  }

  @Test
  void everyStepThatTakesSomethingAwayIsToldOnce() {
    activate();

    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    told("pull Normal Deactivated Deactivate");
    declare("Active");
    awaitState("pull", "Active", "Active");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    told("pull Normal Deactivated Deactivate", "pull Normal Removed Remove");
    declare("Purged");
    awaitState("pull", "Purged", "Purged");
    kubectl("delete", "regcred/pull");

    told(
        "pull Normal Deactivated Deactivate",
        "pull Normal Removed Remove",
        "pull Normal Purged Purge");
  }

  @Test
  void whatARegistryDoesToItsCredentialIsToldOfBoth() {
    activate();
    declare("Registry/main", "Removed");
    awaitRegistry("main", "Removed", "Removed");
    awaitState("pull", "Inactive", "RegistryInactive");
    told("main Normal Removed Remove", "pull Normal Deactivated Deactivate");

    declare("Registry/main", "Active");
    awaitState("pull", "Active", "Active");

    told(
        "main Normal Removed Remove",
        "main Normal Restored Restore",
        "pull Normal Deactivated Deactivate");
    assertThat(note("Deactivated")).contains("Registry main");
  }

  @Test
  void aDeletionIsToldOnceItIsWithdrawn() {
    activate();
    kubectl("delete", "regcred/pull");
    told("pull Normal Removed Remove");
  }

  @Test
  void aFaultIsToldOnceAndNotAgainByARestart() {
    activate();
    kubectl("delete", "secret/account");
    awaitState("pull", "Active", "SourceNotFound");
    told("pull Warning SourceNotFound Reconcile");
    stopOperator();
    startOperator();
    kubectl("annotate", "regcred/pull", "test.example/touched=yes");
    told("pull Warning SourceNotFound Reconcile");
    assertThat(note("SourceNotFound")).contains("no Secret account");
  }

  @Test
  void aFaultThatComesAndGoesIsOneEventWithACount() {
    activate();
    for (int i = 0; i < 5; i++) {
      applySource(CANARY + "\n");
      awaitState("pull", "Active", "SourceInvalid");
      applySource(CANARY);
      awaitState("pull", "Active", "Active");
    }
    told("pull Warning SourceInvalid Reconcile");

    stopOperator();

    var event = events().getFirst();
    assertThat(event.getSeries()).as("written at the latest when it stops").isNotNull();
    assertThat(event.getSeries().getCount()).isEqualTo(5);
    assertThat(event.getSeries().getLastObservedTime().getTime())
        .isGreaterThan(event.getEventTime().getTime());
    assertThat(kubectl("events", "--for", "registrycredential/pull")).contains("x5");
  }

  @Test
  void kubectlShowsThem() {
    activate();
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    told("pull Normal Deactivated Deactivate");
    assertThat(kubectl("events", "--for", "registrycredential/pull"))
        .contains("Deactivated", "declare Active");
    assertThat(kubectl("describe", "registrycredential/pull"))
        .containsPattern("Normal\\s+Deactivated\\s.*regcred.dev/operator");
  }

  private void activate() {
    // The source first, so that the operator has heard of it: one that is missing would be told.
    applySource(CANARY);
    applied(REGISTRY);
    awaitRegistry("main", "Active", "Active");
    applied(credential(""));
    awaitState("pull", "Active", "Active");
  }

  /** These, and for a while no more of them. */
  private void told(String... expected) {
    await().untilAsserted(() -> assertThat(summary()).containsExactlyInAnyOrder(expected));
    await()
        .during(NOTHING_MORE)
        .atMost(NOTHING_MORE.multipliedBy(2))
        .until(() -> summary().size() == expected.length);
  }

  private List<String> summary() {
    return events().stream()
        .map(
            event ->
                String.join(
                    " ",
                    event.getRegarding().getName(),
                    event.getType(),
                    event.getReason(),
                    event.getAction()))
        .toList();
  }

  private String note(String reason) {
    return events().stream()
        .filter(event -> Objects.equals(event.getReason(), reason))
        .map(Event::getNote)
        .findFirst()
        .orElse("");
  }

  private List<Event> events() {
    return client.resources(Event.class).inNamespace(namespace).list().getItems();
  }
}
