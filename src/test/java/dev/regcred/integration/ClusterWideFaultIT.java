package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.NamespaceFailure;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What goes wrong with a cluster-wide credential as a whole, or again and again with one copy. */
class ClusterWideFaultIT extends ClusterWideScenario {
  private static final String EMPTIED = "{\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}";

  private static final PatchContext RIVAL =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager("rival")
          .build();

  @Test
  void aSpecThatCantBeReadKeepsEveryCopy() {
    var selected = namespaces(3);
    applyClusterWide("");
    awaitCounts(3, 3, 0, 0);
    var loose =
        new LooseSchema(
            this,
            List.of("clusterregistrycredentials.regcred.dev"),
            "clusterregistrycredential/" + name);
    loose.during(
        () -> {
          loose.patch(
              "clusterregistrycredential/" + name,
              "{\"spec\":{\"desiredState\":%s}}",
              "\"Sleeping\"");
          await().untilAsserted(() -> assertThat(wideReady().reason()).isEqualTo("SpecUnreadable"));
          stopOperator();
          startOperator();
          applyWideSource(CANARY + "-rotated");
          eventually(
              () -> new Meters(operator().httpPort()).passes("ClusterRegistryCredential") > 0);
          assertThat(wideReady().reason()).isEqualTo("SpecUnreadable");
          assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY));
        });
    declareWide("Active");
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-rotated")));
    awaitCounts(3, 3, 0, 0);
  }

  @Test
  void aFightForOneCopyIsNamedAndKeepsNoOtherFromItsRotation() {
    var selected = namespaces(5);
    applyClusterWide("");
    awaitCounts(5, 5, 0, 0);
    var fought = selected.get(2);
    eventually(
        () -> {
          if (present(pullIn(fought), "Secret pull").contains(CANARY)) {
            client.secrets().inNamespace(fought).withName("pull").patch(RIVAL, EMPTIED);
          }
          return Objects.requireNonNullElse(wideStatus().failures(), List.<NamespaceFailure>of())
              .stream()
              .anyMatch(failure -> failure.reason().equals("Contested"));
        });
    assertThat(present(wideStatus().failures(), "failures"))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.namespace()).isEqualTo(fought);
              assertThat(failure.message()).contains("by rival");
            });
    applyWideSource(CANARY + "-rotated");
    await()
        .untilAsserted(
            () ->
                assertThat(selected)
                    .filteredOn(n -> !n.equals(fought))
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-rotated")));
    // The other one has given up.
    awaitCounts(5, 5, 0, 0);
    assertThat(pullIn(fought)).contains(CANARY + "-rotated");
  }
}
