package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is told by Events, and how often. */
class EventIT extends OperatorScenario {
  private static final String LAST = "last Warning SourceNotFound Reconcile";

  @Test
  void anActivationAndARotationTellNothing() {
    activeWorkingSet();
    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
    toldInAll();
  }

  @Test
  void everyStepThatTakesSomethingAwayIsToldOnce() {
    activeWorkingSet();

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
    deleted("RegistryCredential/pull");

    toldInAll(
        "pull Normal Deactivated Deactivate",
        "pull Normal Removed Remove",
        "pull Normal Purged Purge");
  }

  @Test
  void whatARegistryDoesToItsCredentialIsToldOfBoth() {
    activeWorkingSet();
    declare("Registry/main", "Removed");
    awaitRegistry("main", "Removed", "Removed");
    awaitState("pull", "Inactive", "RegistryInactive");
    told("main Normal Removed Remove", "pull Normal Deactivated Deactivate");

    declare("Registry/main", "Active");
    awaitState("pull", "Active", "Active");

    toldInAll(
        "main Normal Removed Remove",
        "main Normal Restored Restore",
        "pull Normal Deactivated Deactivate");
    assertThat(note("Deactivated")).contains("Registry main");
  }

  @Test
  void aDeletionIsToldOnceItIsWithdrawn() {
    activeWorkingSet();
    deleted("RegistryCredential/pull");
    toldInAll("pull Normal Removed Remove");
  }

  @Test
  void aFaultIsToldOnceAndNotAgainByARestart() {
    activeWorkingSet();
    deleted("Secret/account");
    awaitState("pull", "Active", "SourceNotFound");
    told("pull Warning SourceNotFound Reconcile");
    stopOperator();
    assertThat(note("SourceNotFound")).contains("no Secret account");
    startOperator();
    applied(Manifests.credential("pull").user("other"));
    awaitState("pull", "Active", "SourceNotFound");
    toldInAll("pull Warning SourceNotFound Reconcile");
  }

  @Test
  void aFaultThatComesAndGoesIsOneEventWithACount() {
    activeWorkingSet();
    for (int i = 0; i < 5; i++) {
      applySource(CANARY + "\n");
      awaitState("pull", "Active", "SourceInvalid");
      applySource(CANARY);
      awaitState("pull", "Active", "Active");
    }
    told("pull Warning SourceInvalid Reconcile");

    stopOperator();

    var event = all().getFirst();
    assertThat(event.getSeries()).as("written at the latest when it stops").isNotNull();
    assertThat(event.getSeries().getCount()).isEqualTo(5);
    assertThat(event.getSeries().getLastObservedTime().getTime())
        .isGreaterThan(event.getEventTime().getTime());
    assertThat(kubectl("events", "--for", "registrycredential/pull")).contains("x5");
  }

  @Test
  void kubectlShowsThem() {
    activeWorkingSet();
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    told("pull Normal Deactivated Deactivate");
    assertThat(kubectl("events", "--for", "registrycredential/pull"))
        .contains("Deactivated", "declare Active");
    assertThat(kubectl("describe", "registrycredential/pull"))
        .containsPattern("Normal\\s+Deactivated\\s.*regcred.dev/operator");
  }

  /** These by now; one too many would be found at the end. */
  private void told(String... expected) {
    await().untilAsserted(() -> assertThat(events()).containsExactlyInAnyOrder(expected));
  }

  /** These, each once, and no more of them once the operator has done and written everything. */
  private void toldInAll(String... expected) {
    // All Events are written in their turn, so that none from before comes after this one.
    applied(Manifests.credential("last").source("nowhere"));
    await().untilAsserted(() -> assertThat(events()).contains(LAST));
    // What was told again is counted at the latest when it stops.
    stopOperator();
    assertThat(events())
        .filteredOn(event -> !event.equals(LAST))
        .containsExactlyInAnyOrder(expected);
    assertThat(all()).extracting(Event::getSeries).containsOnlyNulls();
  }

  private String note(String reason) {
    return all().stream()
        .filter(event -> Objects.equals(event.getReason(), reason))
        .map(Event::getNote)
        .findFirst()
        .orElse("");
  }

  private List<Event> all() {
    return client.resources(Event.class).inNamespace(namespace).list().getItems();
  }
}
