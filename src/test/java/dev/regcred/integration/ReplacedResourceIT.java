package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.faults.Fault;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What changes our resources without a new generation: a whole object that is put in the place of
 * another, a finalizer that is taken off, a status that somebody else writes.
 */
class ReplacedResourceIT extends ClusterWideScenario {
  private static final String THEIR_ENTRY = "\"theirs.example.com\":{\"auth\":\"dGhlaXJzOng=\"}";

  ReplacedResourceIT() {
    test.behindAProxy();
  }

  /** Which is what Argo CD does with {@code Replace=true}. */
  @Test
  void afterKubectlReplaceTheFinalizersAreBack() {
    applySources();
    var manifests = String.join("---\n", manifests());
    appliedByKubectl(manifests);
    awaitActive();

    var result =
        installation
            .cluster()
            .kubectl()
            .runWithInput(manifests, "replace", "-n", namespace, "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();

    awaitFinalizers("kubectl replace");
  }

  @Test
  void whateverTakesTheFinalizersOffTheyAreBack() {
    applySources();
    applied(String.join("---\n", manifests()));
    awaitActive();

    patchAll(PatchType.JSON, "[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
    awaitFinalizers("a JSON patch");

    declare("Inactive");
    declareWide("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    awaitWide(LifecycleState.INACTIVE, "Inactive");
    takeOffTheFinalizers();
    awaitFinalizers("a merge patch, while out of use");
  }

  /** In the second case the state stays, so that no other resource hears of it. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"state", "conditions"})
  void aStatusThatSomebodyElseWritesIsPutRight(String what) {
    applySources();
    applied(String.join("---\n", manifests()));
    awaitActive();
    var state = what.equals("state") ? "\"state\": \"Inactive\", \"lastTransition\": null," : "";
    var edited =
        """
        {"status": {%s "conditions": [{"type": "Ready", "status": "False", "reason": "ApiError",
        "message": "by hand", "observedGeneration": 1, "lastTransitionTime": "%s"}]}}
        """
            .formatted(state, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    var merge = PatchContext.of(PatchType.JSON_MERGE);

    resources()
        .values()
        .forEach(
            resource -> client.resource(resource.get()).subresource("status").patch(merge, edited));

    awaitActive();
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void whoIsDeletedBeforeItsFinalizerIsBackLeavesNothing() {
    account("builder");
    applied(Manifests.registry("main"));
    applySource(CANARY);
    applied(Manifests.credential("pull").serviceAccounts("builder"));
    applied(
        Manifests.secret("handed-over")
            .annotation("regcred.dev/adopt", "RegistryCredential/adopting")
            .dockerConfigJson("{\"auths\":{" + THEIR_ENTRY + "}}"));
    applied(Manifests.credential("adopting").target("handed-over"));
    var copies = namespaces(2);
    applyClusterWide();
    awaitState("pull", "Active", "Active");
    awaitState("adopting", "Active", "Active");
    awaitCounts(2, 2, 0, 0);
    await().untilAsserted(() -> assertThat(pullSecretsOf("builder")).containsExactly("pull"));
    assertThat(content("handed-over")).contains(CANARY, THEIR_ENTRY);

    test.proxy()
        .rule(
            request ->
                request.method().equals("PATCH") && request.body().contains("\"finalizers\"")
                    ? Fault.status(500, "InternalError", "not yet")
                    : Fault.none());
    patch("RegistryCredential/pull", "{\"metadata\":{\"finalizers\":null}}");
    patch("RegistryCredential/adopting", "{\"metadata\":{\"finalizers\":null}}");
    patch("ClusterRegistryCredential/" + name, "{\"metadata\":{\"finalizers\":null}}");
    deleted("RegistryCredential/pull");
    deleted("RegistryCredential/adopting");
    deleted("ClusterRegistryCredential/" + name);

    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
    await().untilAsserted(() -> assertThat(pullSecretsOf("builder")).isEmpty());
    await()
        .untilAsserted(
            () ->
                assertThat(content("handed-over")).isEqualTo("{\"auths\":{" + THEIR_ENTRY + "}}"));
    awaitNoCopies();
    for (String copy : copies) {
      await().untilAsserted(() -> assertThat(pullIn(copy)).isNull());
    }
  }

  private List<String> manifests() {
    return List.of(
        Manifests.registry("main").yaml(),
        Manifests.credential("pull").yaml(),
        clusterRegistry().yaml(),
        wide().yaml());
  }

  private void applySources() {
    applySource(CANARY);
    applyWideSource(CANARY);
  }

  /** The cluster-wide one in one namespace. */
  private void awaitActive() {
    if (client.namespaces().withLabel("wide", name).list().getItems().isEmpty()) {
      namespaces(1);
    }
    awaitRegistry("main", "Active", "Active");
    awaitState("pull", "Active", "Active");
    awaitCounts(1, 1, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    awaitClusterRegistry("Active Active");
  }

  /** One of each kind. */
  private Map<String, Supplier<LifecycleResource<?, ?>>> resources() {
    var resources = new LinkedHashMap<String, Supplier<LifecycleResource<?, ?>>>();
    resources.put("Registry", () -> existingRegistry("main"));
    resources.put("RegistryCredential", () -> existing("pull"));
    resources.put(
        "ClusterRegistry", () -> client.resources(ClusterRegistry.class).withName(name).get());
    resources.put(
        "ClusterRegistryCredential",
        () -> client.resources(ClusterRegistryCredential.class).withName(name).get());
    return resources;
  }

  private void takeOffTheFinalizers() {
    patchAll(PatchType.JSON_MERGE, "{\"metadata\":{\"finalizers\":null}}");
  }

  private void patchAll(PatchType type, String patch) {
    resources()
        .values()
        .forEach(resource -> client.resource(resource.get()).patch(PatchContext.of(type), patch));
  }

  private void awaitFinalizers(String after) {
    var start = System.nanoTime();
    resources()
        .forEach(
            (kind, resource) -> {
              await()
                  .untilAsserted(
                      () ->
                          assertThat(resource.get().getMetadata().getFinalizers())
                              .as(kind)
                              .containsExactly(Labels.FINALIZER));
              System.out.printf(
                  "after %s: the finalizer of a %s is back, %s ms%n",
                  after, kind, (System.nanoTime() - start) / 1_000_000);
            });
  }

  private void account(String account) {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(account)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  private List<String> pullSecretsOf(String account) {
    ServiceAccount present =
        client.serviceAccounts().inNamespace(namespace).withName(account).get();
    return present.getImagePullSecrets().stream().map(LocalObjectReference::getName).toList();
  }
}
