package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.Way.Refusal;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code stuckPods} lets people do: who has the role {@code edit} in one namespace, beside
 * another whose Pods wait for the same image, and who has stolen the operator's token.
 */
class StuckPodsTenancyIT extends AttachScenario {
  private static final String TENANT = "stuck-tenant@example.com";

  private final TestNamespace neighbour = TestNamespace.named(client);
  private final KubernetesClient tenant =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(TENANT).build())
          .build();
  private final TestNamespace own = test.namespace().as(tenant);
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private int count;

  StuckPodsTenancyIT() {
    test.behindAProxy();
  }

  @BeforeEach
  void settleIn() {
    installation.cluster().kubectl().ok("apply", "-f", StuckPodsIT.ROLE);
    test.proxy()
        .onAnswer(
            (request, _) -> {
              if (request.path().matches(".*/(pods|jobs)\\b.*")) {
                asked.add(request.method() + " " + request.path().replaceAll("\\?.*", ""));
              }
            });
    neighbour.create();
    for (String in : List.of(namespace, neighbour.name())) {
      eventually(() -> client.serviceAccounts().inNamespace(in).withName("default").get() != null);
      TestNamespace.existing(client, in).apply(StuckPodsIT.deployment("web", 1));
      StuckPodsIT.stick(client, web(in));
    }
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("tenant")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
                .addNewSubject("rbac.authorization.k8s.io", "User", TENANT, null)
                .build())
        .create();
    // The API server takes a moment to know of it.
    await()
        .ignoreException(KubernetesClientException.class)
        .untilAsserted(() -> own.apply(Manifests.registry("main").yaml()));
    applySource(CANARY);
  }

  @AfterEach
  void close() {
    tenant.close();
    neighbour.close();
    installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", StuckPodsIT.ROLE);
  }

  /** The Pod of the Deployment, which is replaced when it is gone. */
  private Pod web(String in) {
    return await()
        .until(
            () ->
                client.pods().inNamespace(in).withLabel("app", "web").list().getItems().stream()
                    .filter(pod -> !pod.isMarkedForDeletion())
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void aTenantHasPodsOfItsOwnEvictedAndNoneOfOthersAskedFor() {
    var there = neighbour.name();
    var mine = web(namespace).getMetadata().getUid();
    var theirs = web(there).getMetadata();
    var theirPod = "/api/v1/namespaces/%s/pods/%s".formatted(there, theirs.getName());
    var ways =
        List.of(
            letIn("its own", evicting("mine").serviceAccounts("default")),
            letIn("the name of the neighbour", evicting(there).serviceAccounts("default")),
            refused(
                "a namespace",
                Refusal.unknown("spec.namespace"),
                evicting(next()).set("spec.namespace", there)),
            refused(
                "another way",
                Refusal.invalid("spec.stuckPods"),
                evicting(next()).set("spec.stuckPods", "Delete")),
            refused(
                "a ServiceAccount elsewhere",
                Refusal.invalid("spec.serviceAccounts[0]"),
                evicting(next()).serviceAccounts("../" + there + "/default")),
            new Way(
                "one in the neighbour's namespace",
                Refusal.forbidden("create"),
                () -> neighbour.as(tenant).create(evicting("evil").yaml(), Validation.STRICT)),
            new Way(
                "a cluster-wide one",
                Refusal.forbidden("create"),
                () ->
                    own.create(
                        Manifests.clusterCredential(next())
                            .everyNamespace()
                            .set("spec.stuckPods", "Evict")
                            .yaml(),
                        Validation.STRICT)),
            way(tenant, "POST", theirPod + "/eviction", eviction(there, theirs.getName(), "")),
            way(
                tenant,
                "PATCH",
                "/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials/mine/status"
                    .formatted(namespace),
                "{\"status\":{\"stuckPods\":{\"count\":1,\"pods\":[\"%s/%s\"]}}}"
                    .formatted(there, theirs.getName())));
    var letIn = ways.stream().filter(Way::isLetIn).count();

    await()
        .atMost(Patience.LIMIT.multipliedBy(2))
        .until(() -> !web(namespace).getMetadata().getUid().equals(mine));
    assertThat(web(there).getMetadata().getUid()).isEqualTo(theirs.getUid());
    assertThat(asked)
        .isNotEmpty()
        .allMatch(request -> request.contains("/namespaces/" + namespace + "/pods"));
    System.out.printf(
        "stuck Pods, a tenant: %s ways tried: %s refused, %s let in without effect on others; %s%n",
        ways.size(), ways.size() - letIn, letIn, asked);
  }

  @Test
  void aStolenTokenEvictsNothingOfTheClusterItselfAndNothingUnseen() {
    client.resource(pod("of-kube-system", "kube-system", Map.of())).create();
    try (var operator = installation.operatorClient()) {
      var system = client.pods().inNamespace("kube-system").withName("of-kube-system").require();
      var seen =
          ",\"deleteOptions\":{\"preconditions\":{\"uid\":\"%s\",\"resourceVersion\":\"%s\"}}"
              .formatted(system.getMetadata().getUid(), system.getMetadata().getResourceVersion());
      // The API server takes a moment to know of the policy.
      await()
          .until(
              () ->
                  !isLetIn(
                      operator,
                      path(web(namespace)) + "/eviction",
                      eviction(namespace, web(namespace).getMetadata().getName(), ""),
                      "only as it was seen"));
      var mine = web(namespace);
      var pods = path(mine);
      var ways =
          Stream.of(
              way(operator, "GET", pods, null),
              way(operator, "DELETE", pods, null),
              way(operator, "PATCH", pods, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"),
              way(operator, "GET", "/apis/batch/v1/namespaces/%s/jobs".formatted(namespace), null));
      assertThat(ways.filter(Way::isLetIn)).isEmpty();
      assertThat(
              isLetIn(
                  operator,
                  "/api/v1/namespaces/kube-system/pods/of-kube-system/eviction",
                  eviction("kube-system", "of-kube-system", seen),
                  "evicts no Pod of kube-system"))
          .isFalse();
      assertThat(web(namespace).getMetadata().getUid()).isEqualTo(mine.getMetadata().getUid());
    } finally {
      client
          .pods()
          .inNamespace("kube-system")
          .withName("of-kube-system")
          .withGracePeriod(0)
          .delete();
    }
  }

  private static String path(Pod pod) {
    return "/api/v1/namespaces/%s/pods/%s"
        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
  }

  /** Whether an eviction is let in; one that is not is refused by this. */
  private static boolean isLetIn(
      KubernetesClient as, String path, String eviction, String refusedBy) {
    try {
      as.raw(path, "POST", eviction);
      return true;
    } catch (KubernetesClientException e) {
      return !String.valueOf(e.getMessage()).contains(refusedBy);
    }
  }

  private static String eviction(String in, String name, String more) {
    return "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\"}%s}"
        .formatted(in, name, more);
  }

  private static Way way(KubernetesClient as, String verb, String path, @Nullable String body) {
    var permission =
        switch (verb) {
          case "POST" -> "create";
          case "GET" -> path.endsWith("jobs") ? "list" : "get";
          default -> verb.equals("DELETE") ? "delete" : "patch";
        };
    return new Way(
        verb + " " + path, Refusal.forbidden(permission), () -> as.raw(path, verb, body));
  }

  private static Manifest.OfCredential evicting(String name) {
    return Manifests.credential(name).target("pull-" + name).set("spec.stuckPods", "Evict");
  }

  private Way letIn(String what, Manifest<?> manifest) {
    return new Way(what, null, () -> own.create(manifest.yaml(), Validation.STRICT));
  }

  private Way refused(String what, Refusal refusal, Manifest<?> manifest) {
    return new Way(what, refusal, () -> own.create(manifest.yaml(), Validation.STRICT));
  }

  private String next() {
    return "way-" + count++;
  }
}
