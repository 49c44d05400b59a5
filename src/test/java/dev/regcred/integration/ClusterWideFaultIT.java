package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.NamespaceFailure;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What goes wrong with a cluster-wide credential as a whole, or with some of its copies. */
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
    applyClusterWide();
    awaitCounts(3, 3, 0, 0);
    var good = pullIn(selected.getFirst());
    var loose =
        new LooseSchema(
            this,
            List.of("clusterregistrycredentials.regcred.dev"),
            "ClusterRegistryCredential/" + name);
    loose.during(
        () -> {
          loose.patch(
              "ClusterRegistryCredential/" + name, "{\"spec\":{\"desiredState\":\"Sleeping\"}}");
          await().untilAsserted(() -> assertThat(wideReady().reason()).isEqualTo("SpecUnreadable"));
          stopOperator();
          applyWideSource(CANARY + "-rotated");
          passOnce("ClusterRegistryCredential");
          assertThat(wideReady().reason()).isEqualTo("SpecUnreadable");
          assertThat(selected).allSatisfy(n -> assertThat(pullIn(n)).isEqualTo(good));
          startOperator();
        });
    declareWide("Active");
    awaitRotated(selected);
    awaitCounts(3, 3, 0, 0);
  }

  @Test
  void aFightForOneCopyIsNamedAndKeepsNoOtherFromItsRotation() {
    var selected = namespaces(5);
    applyClusterWide();
    awaitCounts(5, 5, 0, 0);
    var fought = selected.get(2);
    fightOver(fought, failure -> failure.reason().equals("Contested"));
    assertThat(present(wideStatus().failures(), "failures"))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.namespace()).isEqualTo(fought);
              assertThat(failure.message()).contains("by rival");
            });
    applyWideSource(CANARY + "-rotated");
    awaitRotated(selected.stream().filter(n -> !n.equals(fought)).toList());
    // The other one has given up.
    awaitCounts(5, 5, 0, 0);
    assertThat(pullIn(fought)).contains(CANARY + "-rotated");
  }

  @Test
  void afterAFightTheNextRotationIsNoneAndNobodyIsNamed() {
    var selected = namespaces(3);
    applyClusterWide();
    awaitCounts(3, 3, 0, 0);
    var fought = selected.get(1);
    fightOver(fought, failure -> failure.message().contains("put right 7 times"));
    awaitCounts(3, 3, 0, 0); // After this correction the next one would wait for 8 s.
    assertThat(pullIn(fought)).contains(CANARY);
    var version = wideCredential().getMetadata().getResourceVersion();

    applyWideSource(CANARY + "-rotated");
    awaitRotated(selected);

    assertThat(wideCredential().getMetadata().getResourceVersion())
        .as("as nothing was said meanwhile")
        .isEqualTo(version);
  }

  /** As a tool does that keeps objects as they once were. */
  @Test
  void aCopyThatIsPutBackWhereItIsNotSelectedIsWithdrawnMoreAndMoreSeldom() {
    var left = namespaces(2).getFirst();
    applyClusterWide();
    awaitCounts(2, 2, 0, 0);
    var again = new SecretBuilder(copy(left)).build();
    again.getMetadata().setResourceVersion(null);
    again.getMetadata().setUid(null);
    label(left, "other");
    var times = new AtomicInteger();
    eventually(
        () -> {
          if (pullIn(left) == null) {
            client.resource(again).create();
            times.incrementAndGet();
          }
          return Objects.requireNonNullElse(wideStatus().failures(), List.<NamespaceFailure>of())
              .stream()
              .anyMatch(failure -> failure.message().contains("withdrawn 7 times in a row"));
        });
    assertThat(times.get()).as("each waits for its time").isBetween(7, 8);
    assertThat(present(wideStatus().failures(), "failures"))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.namespace()).isEqualTo(left);
              assertThat(failure.reason()).isEqualTo("Contested");
            });
    awaitCounts(1, 1, 0, 0);
    assertThat(pullIn(left)).isNull();
  }

  @Test
  void aForeignSecretInOneOfAHundredNamespacesIsNamedAndTheOthersGetTheirs() {
    var selected = namespaces(100);
    var taken = selected.get(41);
    createForeign(taken);
    var foreign = copy(taken);
    applyClusterWide();
    awaitCounts(100, 99, 0, 1);
    awaitWide(LifecycleState.ACTIVE, "NamespacesFailed");
    assertThat(present(wideStatus().conditions(), "conditions"))
        .anySatisfy(c -> assertThat(c.type()).isEqualTo("Stalled"));
    assertThat(wideStatus().failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.namespace()).isEqualTo(taken);
              assertThat(failure.reason()).isEqualTo("TargetNotOwned");
            });
    assertThat(copy(taken)).isEqualTo(foreign);
    assertThat(copies()).isEqualTo(99);
    client.secrets().inNamespace(taken).withName("pull").delete();
    awaitCounts(100, 100, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    assertThat(copies()).isEqualTo(100);
  }

  @Test
  void atMostTenFailuresAreNamed() {
    var selected = namespaces(13);
    selected.subList(0, 12).forEach(this::createForeign);
    applyClusterWide();
    awaitCounts(13, 1, 0, 12);
    assertThat(present(wideStatus().failures(), "failures"))
        .extracting(NamespaceFailure::namespace)
        .isEqualTo(selected.subList(0, 10));
  }

  @Test
  void aNamespaceWithoutRoomFailsForItselfAndIsTriedAgain() {
    var selected = namespaces(5);
    var full = selected.get(2);
    client
        .resourceQuotas()
        .inNamespace(full)
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("none")
                .endMetadata()
                .withNewSpec()
                .addToHard("secrets", new Quantity("0"))
                .endSpec()
                .build())
        .create();
    await()
        .until(
            () -> {
              var quota = client.resourceQuotas().inNamespace(full).withName("none").get();
              return quota != null
                  && quota.getStatus() != null
                  && quota.getStatus().getHard() != null
                  && !quota.getStatus().getHard().isEmpty();
            });
    applyClusterWide();
    awaitCounts(5, 4, 0, 1);
    assertThat(present(wideStatus().failures(), "failures").getFirst().reason())
        .isEqualTo("QuotaExceeded");
    assertThat(present(wideStatus().conditions(), "conditions"))
        .anySatisfy(c -> assertThat(c.type()).isEqualTo("Reconciling"));
    client.resourceQuotas().inNamespace(full).withName("none").delete();
    awaitCounts(5, 5, 0, 0);
  }

  @Test
  void namespacesThatAreDeletedDuringTheFanOutAreNotHinderedAndHinderNone() {
    var selected = namespaces(60);
    var going = selected.subList(20, 40);
    applyServer();
    applyWideSource(CANARY);
    applied(wide());
    going.parallelStream().forEach(n -> client.namespaces().withName(n).delete());
    awaitCounts(40, 40, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    await()
        .atMost(Patience.NAMESPACE_DELETION)
        .untilAsserted(
            () ->
                assertThat(going)
                    .allSatisfy(n -> assertThat(client.namespaces().withName(n).get()).isNull()));
    assertThat(copies()).isEqualTo(40);
  }

  private void createForeign(String in) {
    applied(Manifests.secret("pull").value("key", "value").in(in));
  }

  /** Empties a copy each time that it is put right, until the status says that of it. */
  private void fightOver(String namespace, Predicate<NamespaceFailure> isSaid) {
    eventually(
        () -> {
          if (present(pullIn(namespace), "Secret pull").contains(CANARY)) {
            client.secrets().inNamespace(namespace).withName("pull").patch(RIVAL, EMPTIED);
          }
          return Objects.requireNonNullElse(wideStatus().failures(), List.<NamespaceFailure>of())
              .stream()
              .anyMatch(isSaid);
        });
  }

  private void awaitRotated(List<String> namespaces) {
    await()
        .untilAsserted(
            () ->
                assertThat(namespaces)
                    .allSatisfy(n -> assertThat(pullIn(n)).contains(CANARY + "-rotated")));
  }
}
