package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.Way.Refusal;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the policies of {@code attach: Pods} let people do: who has the role {@code edit} in one
 * namespace, and who has stolen the operator's token. The operator does not run: it has no part in
 * it.
 */
class AttachTenancyIT extends AttachScenario {
  private static final String TENANT = "attach-tenant@example.com";

  private final TestNamespace neighbour = TestNamespace.named(client);
  private final KubernetesClient tenant =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(TENANT).build())
          .build();
  private final TestNamespace own = test.namespace().as(tenant);
  private int count;

  @BeforeEach
  void settleIn() {
    stopOperator();
    applyPolicies();
    neighbour.create();
    neighbour.apply(Manifests.credential("theirs").set("spec.attach", "Pods").yaml());
    createSelected(name + "-selected");
    createNamespace(name + "-left-out", name);
    applied(
        wide()
            .target("wide")
            .set("spec.attach", "Pods")
            .set("spec.podSelector", Map.of("matchLabels", Map.of("team", "platform")))
            .excludedNamespaces(name + "-left-out"));
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
        .untilAsserted(() -> own.apply(Manifests.registry("mine").yaml()));
    await()
        .ignoreException(KubernetesClientException.class)
        .untilAsserted(this::assertOthersAreAsTheyWere);
  }

  @AfterEach
  void close() {
    tenant.close();
    neighbour.close();
  }

  private void assertOthersAreAsTheyWere() {
    var platform = Map.of("team", "platform");
    assertThat(pullSecretsOfANewPod(neighbour.name(), platform)).containsExactly("theirs");
    assertThat(pullSecretsOfANewPod(name + "-selected", platform)).containsExactly("wide");
    assertThat(pullSecretsOfANewPod(name + "-selected", Map.of())).isEmpty();
    assertThat(pullSecretsOfANewPod(name + "-left-out", platform)).isEmpty();
  }

  @Test
  void aTenantGivesPodsOfOthersNothingAndTakesNothingFromThem() {
    var ways =
        Stream.of(bySpecs(), byStatuses(), byNamespaces(), byPolicies(tenant))
            .flatMap(s -> s)
            .toList();
    var letIn = ways.stream().filter(Way::isLetIn).count();

    own.apply(mine("last").yaml()); // The API server reads all of the namespace in their order.
    eventually(() -> pullSecretsOfANewPod(Map.of()).contains("last"));
    assertOthersAreAsTheyWere();
    assertThat(pullSecretsOfANewPod(Map.of("team", "platform"))).doesNotContain("wide");
    System.out.printf(
        "attach, a tenant: %s ways tried: %s refused, %s let in without effect on others%n",
        ways.size(), ways.size() - letIn, letIn);
  }

  private Stream<Way> bySpecs() {
    var there = neighbour.name();
    var ways = new ArrayList<Way>();
    ways.add(letIn("a credential of the name that they have", mine("theirs").target("evil")));
    ways.add(letIn("the target that they have", mine(next()).target("theirs")));
    ways.add(
        letIn(
            "one of their name that is Removed",
            mine("pull").target("theirs").desiredState("Removed")));
    ways.add(letIn("the name of the cluster-wide one", mine(name).target("wide-of-mine")));
    ways.add(
        refused(
            "every namespace, strictly",
            Refusal.unknown("spec.namespaceSelector"),
            mine(next()).set("spec.namespaceSelector", Map.of())));
    for (String target : List.of("../" + there + "/theirs", there + "/theirs", "a~1b", "a/-")) {
      ways.add(
          refused(
              "the target " + target,
              Refusal.invalid("spec.target.secretName"),
              mine(next()).target(target)));
    }
    for (String name : List.of("..", "a/b", "-", "a~0")) {
      ways.add(refused("the name " + name, Refusal.invalid("metadata.name"), mine(name)));
    }
    ways.add(
        letIn(
            "the label of another namespace",
            mine(next())
                .set(
                    "spec.podSelector",
                    Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", there)))));
    // What an expression may not expect.
    for (var value :
        Arrays.asList(
            Map.of("target", Map.of()),
            Map.of("podSelector", Map.of("matchLabels", Map.of(), "matchExpressions", List.of())),
            Map.of(
                "podSelector",
                Map.of(
                    "matchExpressions",
                    List.of(Map.of("key", "a", "operator", "NotIn", "values", List.of("b"))))))) {
      var credential = mine(next());
      value.forEach((field, content) -> credential.set("spec." + field, content));
      ways.add(letIn("a spec with " + value, credential));
    }
    return ways.stream();
  }

  private Stream<Way> byStatuses() {
    var time = "2026-01-01T00:00:00Z";
    var withStatus = Manifests.credential(next()).set("status.podsAttachedTime", time);
    return Stream.of(
        status(neighbour.name(), "{\"status\":{\"state\":\"Removed\"}}"),
        status(namespace, "{\"status\":{\"podsAttachedTime\":\"%s\"}}".formatted(time)),
        letIn("one that is created with a status", withStatus));
  }

  /** By the path itself: the client reads what it patches, and would be refused that. */
  private Way status(String in, String json) {
    return way(
        tenant,
        "PATCH",
        "/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials/theirs/status".formatted(in),
        json);
  }

  private Stream<Way> byNamespaces() {
    return Stream.of(
        new Way(
            "the label that the cluster-wide one selects",
            Refusal.forbidden("patch"),
            () ->
                tenant.raw(
                    "/api/v1/namespaces/" + namespace,
                    "PATCH",
                    "{\"metadata\":{\"labels\":{\"wide\":\"%s\"}}}".formatted(name))),
        new Way(
            "a cluster-wide one of its own",
            Refusal.forbidden("create"),
            () ->
                own.create(
                    Manifests.clusterCredential(next()).everyNamespace().yaml(),
                    Validation.STRICT)),
        new Way(
            "a Pod of theirs",
            Refusal.forbidden("create"),
            () -> tenant.resource(pod("evil", neighbour.name(), Map.of())).create()),
        new Way(
            "the names of the cluster-wide ones",
            Refusal.forbidden("list"),
            () -> tenant.raw("/apis/regcred.dev/v1alpha1/clusterregistrycredentials")));
  }

  /** Ways to have other policies; for everybody but administrators. */
  private static Stream<Way> byPolicies(KubernetesClient client) {
    var ways = new ArrayList<Way>();
    for (String plural : List.of("mutatingadmissionpolicies", "mutatingadmissionpolicybindings")) {
      var all = "/apis/admissionregistration.k8s.io/v1/" + plural;
      for (String policy : List.of("regcred-pods", "regcred-pods-cluster")) {
        ways.add(
            way(client, "PATCH", all + "/" + policy, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        ways.add(way(client, "DELETE", all + "/" + policy, null));
      }
      ways.add(way(client, "DELETE", all, null));
      ways.add(way(client, "POST", all, "{\"metadata\":{\"name\":\"evil\"}}"));
    }
    for (String other :
        List.of(
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
            "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
            "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings")) {
      ways.add(way(client, "POST", other, "{\"metadata\":{\"name\":\"evil\"}}"));
      ways.add(way(client, "DELETE", other, null));
    }
    ways.add(
        way(
            client,
            "PATCH",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/registrycredentials.regcred.dev",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
    ways.add(
        way(
            client,
            "PATCH",
            "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/regcred-operator-secrets",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
    return ways.stream();
  }

  private static Way way(KubernetesClient client, String verb, String path, @Nullable String body) {
    var permission =
        switch (verb) {
          case "POST" -> "create";
          case "DELETE" -> path.matches(".*/v1/[a-z]+") ? "deletecollection" : "delete";
          default -> "patch";
        };
    return new Way(
        verb + " " + path, Refusal.forbidden(permission), () -> client.raw(path, verb, body));
  }

  /** A thief of the token can write false statuses, and by these what new Pods name. */
  @Test
  void theOperatorsTokenChangesNoPolicy() {
    try (var operator = installation.operatorClient()) {
      var pods = "/api/v1/namespaces/%s/pods".formatted(namespace);
      var ways =
          Stream.concat(
                  byPolicies(operator),
                  Stream.of(
                      way(operator, "POST", pods, "{\"metadata\":{\"name\":\"evil\"}}"),
                      way(
                          operator,
                          "PATCH",
                          "/api/v1/namespaces/" + namespace,
                          "{\"metadata\":{\"labels\":{\"wide\":\"%s\"}}}".formatted(name))))
              .toList();
      assertThat(ways.stream().filter(Way::isLetIn)).isEmpty();
      System.out.printf("attach, a stolen token: %s ways tried and refused%n", ways.size());
      assertOthersAreAsTheyWere();
    }
  }

  /** A Pod that names thousands would be too large to be stored, and the way to it quadratic. */
  @Test
  void aPodIsGivenNoMoreThanAServiceAccountWouldBe() {
    var most = ImagePullSecrets.MAX_PULL_SECRETS;
    IntStream.range(0, most + 20)
        .parallel()
        .forEach(i -> own.apply(mine("c%03d".formatted(i)).target("t%03d".formatted(i)).yaml()));
    own.apply(mine("last").yaml());
    eventually(() -> pullSecretsOfANewPod(Map.of()).size() >= most);
    var pod = tenant.resource(pod("crowded", namespace, Map.of())).create();
    assertThat(names(pod)).hasSize(most).doesNotHaveDuplicates();
  }

  private static Manifest.OfCredential mine(String name) {
    return Manifests.credential(name).registry("mine").set("spec.attach", "Pods");
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
