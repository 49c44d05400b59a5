package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.Way.Refusal;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who may do everything with RegistryCredentials, Registries and Secrets in one namespace, as the
 * role {@code edit} has it, reaches nothing of another one, whatever they write.
 */
class TenancyIT extends OperatorScenario {
  private static final String TENANT = "tenant@example.com";
  private static final String OPERATOR_NAMESPACE = "regcred-system";
  private static final String THEIR_PASSWORD = CANARY + "-of-the-neighbour";
  private static final String THEIR_USER = "neighbour-robot";

  /** So many at least must get past the API server, or the operator was not tried. */
  private static final int FEWEST_LET_IN = 50;

  private final TestNamespace neighbour = TestNamespace.named(client);
  private final KubernetesClient tenant = impersonating();
  private final TestNamespace own = test.namespace().as(tenant);

  /** The Secrets of the tenant that held something of theirs, if only for a moment. */
  private final Set<String> reached = ConcurrentHashMap.newKeySet();

  private int count;

  @BeforeEach
  void settleIn() {
    installation.cluster().kubectl().ok("apply", "-f", AttachScenario.POLICIES);
    neighbour.create();
    var offered =
        Manifests.secret("offered")
            .dockerConfigJson(document(entryAt("x.example.com", "x", THEIR_PASSWORD)))
            .annotation("regcred.dev/adopt", "RegistryCredential/mine");
    var account = Manifests.source(Manifests.SOURCE, THEIR_PASSWORD).value("user", THEIR_USER);
    var theirs = Manifests.credential("pull").user(THEIR_USER).serviceAccounts("runner");
    neighbour.apply(
        account
            + offered.yaml()
            + account("runner", Map.of())
            + Manifests.registry("main")
            + theirs);
    await()
        .untilAsserted(
            () -> {
              var status = their().getStatus();
              assertThat(summary(status)).isEqualTo("Active Active");
              assertThat(
                      client
                          .serviceAccounts()
                          .inNamespace(neighbour.name())
                          .withName("runner")
                          .get()
                          .getImagePullSecrets())
                  .contains(new LocalObjectReference("pull"));
            });
    eventually(
        () ->
            client.serviceAccounts().inNamespace(neighbour.name()).withName("default").get()
                != null);
    client.resource(roleBinding("tenant", namespace)).create();
    // The API server takes a moment to know of it.
    await()
        .ignoreException(KubernetesClientException.class)
        .untilAsserted(() -> own.apply(Manifests.registry("mine").yaml()));
    own.apply(Manifests.source("own", CANARY + "-of-the-tenant").value("user", "me").yaml());
    awaitRegistry("mine", "Active", "Active");
  }

  @AfterEach
  void deleteNeighbour() {
    tenant.close();
    startOperatorUnlessItRuns();
    neighbour.withdrawAll();
    neighbour.close();
    installation.cluster().kubectl().ok("delete", "-f", AttachScenario.POLICIES);
  }

  @Test
  void nothingOfAnotherNamespaceIsReachedInAnyWay() {
    try (var _ = client.secrets().inNamespace(namespace).watch(noticing())) {
      tryAllWays();
    }
  }

  private void tryAllWays() {
    var before = versions(neighbour.name());
    var ways =
        Stream.of(directly(), byForgedMarks(), byNames(), byFields(), byOwners())
            .flatMap(s -> s)
            .toList();
    var refused = 0;
    var withoutEffect = 0;
    for (Way way : ways) {
      var isLetIn = way.isLetIn();
      if (isLetIn) {
        awaitSeen();
      }
      assertOutOfReach(way.what(), before);
      refused += isLetIn ? 0 : 1;
      withoutEffect += isLetIn ? 1 : 0;
    }
    // What is written late, and what the end of all that does.
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(() -> assertOutOfReach("a moment later", before));
    var mine = AttachScenario.pod("trial", namespace, Map.of("app", "web"));
    var ownPodsHadIt =
        AttachScenario.names(client.resource(mine).dryRun().create()).contains("pull");
    deleteAll();
    stopOperator(); // So that what it began is written.
    assertOutOfReach("after the deletion", before);
    assertThat(withoutEffect).as("let in").isGreaterThanOrEqualTo(FEWEST_LET_IN);
    assertThat(ownPodsHadIt).as("the policies were in force").isTrue();
    System.out.printf(
        "tenancy: %d ways tried: %d refused, %d let in without effect%n",
        ways.size(), refused, withoutEffect);
  }

  private void deleteAll() {
    var credentials = client.resources(RegistryCredential.class).inNamespace(namespace);
    credentials.delete();
    eventually(() -> credentials.list().getItems().isEmpty());
    client.secrets().inNamespace(namespace).delete();
  }

  /** What RBAC is there for. */
  private Stream<Way> directly() {
    var there = neighbour.name();
    var theirs = neighbour.as(tenant);
    var inactive = "{\"spec\":{\"desiredState\":\"Inactive\"}}";
    var intruder = tenantsCredential("intruder");
    return Stream.of(
        forbidden(
            "read their Secret",
            "get",
            () -> tenant.secrets().inNamespace(there).withName("account").get()),
        forbidden("list their Secrets", "list", () -> tenant.secrets().inNamespace(there).list()),
        forbidden("list all Secrets", "list", () -> tenant.secrets().inAnyNamespace().list()),
        forbidden(
            "read their credential", "get", () -> theirs.isThere("RegistryCredential", "pull")),
        forbidden(
            "delete their credential", "delete", () -> theirs.delete("RegistryCredential", "pull")),
        forbidden("delete their pull Secret", "delete", () -> theirs.delete("Secret", "pull")),
        forbidden(
            "declare their credential",
            "patch",
            () -> patched(there, "registrycredentials/pull", inactive)),
        forbidden(
            "declare their Registry", "patch", () -> patched(there, "registries/main", inactive)),
        forbidden("create a credential there", "create", () -> create(theirs, intruder)),
        new Way(
            "name their namespace in the metadata",
            new Refusal(400, "does not match the namespace"),
            () ->
                tenant.raw(
                    "/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials"
                        .formatted(namespace),
                    "POST",
                    json(tenantsCredential("intruder").in(there)))),
        forbidden(
            "take the group of the operator",
            "get",
            () -> {
              try (var inGroup = impersonating("system:serviceaccounts:" + OPERATOR_NAMESPACE)) {
                inGroup.secrets().inNamespace(there).withName("account").get();
              }
            }),
        forbidden(
            "get a token of the operator",
            "create",
            () ->
                tenant.raw(
                    "/api/v1/namespaces/%s/serviceaccounts/regcred-operator/token"
                        .formatted(OPERATOR_NAMESPACE),
                    "POST",
                    "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")),
        forbidden(
            "write a status",
            "patch",
            () -> own.patchStatus("Registry", "mine", "{\"status\":{\"state\":\"Purged\"}}")),
        forbidden(
            "give themselves their Secrets",
            "create",
            () -> tenant.resource(roleBinding("more", there)).create()));
  }

  /** By the path itself: the client reads what it patches, and would be refused that. */
  private void patched(String in, String resource, String json) {
    tenant.raw(
        "/apis/regcred.dev/v1alpha1/namespaces/%s/%s".formatted(in, resource), "PATCH", json);
  }

  /** Names that may lead out of the namespace when they become a part of a path. */
  private Stream<Way> byNames() {
    var there = neighbour.name();
    var names =
        List.of(
            there + "/account",
            "../" + there + "/account",
            "../../" + there + "/secrets/account",
            "..%2F..%2F" + there + "%2Fsecrets%2Faccount",
            there + ":account",
            there + ".account",
            "account." + there,
            "..",
            "own?namespace=" + there,
            "own#/../account");
    var ways = new ArrayList<Way>();
    for (var name : names) {
      ways.add(
          named("source", "spec.secretValueFrom.secretKeyRef.name", name, c -> c.source(name)));
      ways.add(
          named(
              "source of the user name",
              "spec.publicValueFrom.secretKeyRef.name",
              name,
              c -> c.userFrom(name, "user")));
      var registry = name.replace("account", "main");
      ways.add(named("Registry", "spec.registryRef.name", registry, c -> c.registry(registry)));
      var target = name.replace("account", "pull");
      ways.add(named("target", "spec.target.secretName", target, c -> c.target(target)));
      var account = name.replace("account", "runner");
      ways.add(
          named(
              "ServiceAccount",
              "spec.serviceAccounts[0]",
              account,
              c -> c.serviceAccounts(account)));
    }
    ways.add(
        refused(
            "key that leads out",
            Refusal.invalid("spec.secretValueFrom.secretKeyRef.key"),
            tenantsCredential(next()).source("own", "../../" + there + "/account/password")));
    ways.add(
        refused(
            "name that leads out",
            Refusal.invalid("metadata.name"),
            tenantsCredential("../../" + there + "/registrycredentials/pull")));
    return ways.stream();
  }

  /** Those that are names are let in: there is no such thing. */
  private Way named(
      String what, String field, String name, UnaryOperator<Manifest.OfCredential> change) {
    var isName = name.matches("[a-z0-9.-]+") && !name.contains("..");
    var credential = change.apply(tenantsCredential(next()));
    return isName
        ? letIn(what + " " + name, credential)
        : refused(what + " " + name, Refusal.invalid(field), credential);
  }

  /** Names that exist there and not here, and fields that other APIs have. */
  private Stream<Way> byFields() {
    var known =
        Stream.of(
            letIn("a source that only they have", tenantsCredential(next()).source("account")),
            letIn(
                "a user name that only they have",
                tenantsCredential(next()).userFrom("account", "user")),
            letIn("a Registry that only they have", tenantsCredential(next()).registry("main")),
            letIn(
                "a ClusterRegistry of that name",
                tenantsCredential(next()).clusterRegistry("main")),
            letIn("the target that they have", tenantsCredential(next()).target("pull")),
            letIn(
                "the ServiceAccount that they have",
                tenantsCredential(next()).serviceAccounts("runner")),
            letIn(
                "every ServiceAccount",
                tenantsCredential(next()).set("spec.serviceAccountSelector", Map.of())),
            letIn("every Pod", ofPods()),
            letIn("every Pod, with the target that they have", ofPods().target("pull")),
            letIn(
                "the Pods of their label", ofPods().set("spec.podSelector.matchLabels.app", "web")),
            letIn(
                "the Pods that name their namespace in a label",
                ofPods()
                    .set(
                        "spec.podSelector.matchExpressions",
                        List.of(
                            Map.of(
                                "key",
                                "kubernetes.io/metadata.name",
                                "operator",
                                "In",
                                "values",
                                List.of(neighbour.name()))))),
            letIn("a credential of the same name", tenantsCredential("pull")),
            letIn(
                "a Registry of the same address",
                Manifests.registry("same-address").server(Manifests.serverOf("main"))),
            refused(
                "a label of the operator's",
                Refusal.invalid("spec.target.labels"),
                tenantsCredential(next()).targetLabel("regcred.dev/source", "true")),
            refused(
                "an annotation of the operator's",
                Refusal.invalid("spec.target.annotations"),
                tenantsCredential(next()).targetAnnotation("regcred.dev/contributors", "[]")));
    var there = neighbour.name();
    return Stream.of(
            known,
            unknown("spec.secretValueFrom.secretKeyRef.namespace", there, c -> c.source("account")),
            unknown("spec.registryRef.namespace", there, c -> c.registry("main")),
            unknown("spec.target.namespace", there, c -> c.target("pull")),
            unknown(
                "spec.podSelector.namespaces", List.of(there), c -> c.set("spec.attach", "Pods")),
            unknown("spec.namespaceSelector", Map.of(), c -> c))
        .flatMap(s -> s);
  }

  /** A field that there is not: an error if one asks for it, and else left out. */
  private Stream<Way> unknown(
      String field, Object value, UnaryOperator<Manifest.OfCredential> change) {
    var strict = change.apply(tenantsCredential(next())).set(field, value);
    var ignored = change.apply(tenantsCredential(next())).set(field, value);
    return Stream.of(
        refused(field + ", strictly", Refusal.unknown(field), strict),
        new Way(field + ", ignored", null, () -> own.create(ignored.yaml(), Validation.IGNORE)));
  }

  /** Secrets of the tenant's own that say that others have a part in them. */
  private Stream<Way> byForgedMarks() {
    var there = neighbour.name();
    var contributors =
        List.of(
            "../../" + there + "/registrycredentials/pull",
            "pull",
            there + "/pull",
            "../" + there + "/pull",
            "..%2F..%2F" + there + "%2Fregistrycredentials%2Fpull",
            "../../../../../../api/v1/namespaces/" + there + "/secrets/account",
            "?fieldSelector=metadata.namespace=" + there,
            "");
    var ways = new ArrayList<Way>();
    for (var contributor : contributors) {
      for (var secret : List.of("pull", "offered", "forged-" + count++)) {
        var credential = next();
        ways.add(
            letIn(
                "Secret " + secret + " with the contributor " + contributor,
                markedFor(secret, credential, contributor, "RegistryCredential"),
                tenantsCredential(credential).target(secret)));
      }
    }
    ways.add(
        letIn(
            "a contributor of another kind",
            markedFor("forged-kind", "mine", "pull", "ClusterRegistryCredential"),
            tenantsCredential("mine").target("forged-kind")));
    for (var offer :
        List.of(
            "RegistryCredential/pull",
            "RegistryCredential/" + there + "/pull",
            "RegistryCredential/../../" + there + "/registrycredentials/pull")) {
      ways.add(
          letIn(
              "an offer to " + offer,
              Manifests.secret(next())
                  .dockerConfigJson(BLANK)
                  .annotation("regcred.dev/adopt", offer)));
    }
    ways.add(
        new Way(
            "an account that says that their Secret is attached",
            null,
            () ->
                own.apply(
                    account(
                        "runner",
                        Map.of(
                            "regcred.dev/attached",
                            "[\"pull\",\"../../%s/serviceaccounts/runner\"]".formatted(there)),
                        "pull"))));
    ways.add(
        letIn(
            "the mark on their source's name",
            markedFor("account", "mine", "mine", "RegistryCredential"),
            tenantsCredential("mine").target("moved")));
    return ways.stream();
  }

  /** Owners have no namespace: they are looked for in that of the dependent. */
  private Stream<Way> byOwners() {
    var owners =
        List.of(
            Map.of(
                "apiVersion",
                "regcred.dev/v1alpha1",
                "kind",
                "RegistryCredential",
                "name",
                "pull",
                "uid",
                their().getMetadata().getUid(),
                "blockOwnerDeletion",
                true,
                "controller",
                true));
    var field = "metadata.ownerReferences";
    return Stream.of(
        letIn("a Secret that their credential owns", Manifests.secret("owned").set(field, owners)),
        letIn(
            "a credential that their credential owns",
            tenantsCredential("owned").set(field, owners)),
        letIn(
            "a pull Secret that their credential owns, with its mark",
            markedFor("pull", "mine", "pull", "RegistryCredential").set(field, owners)));
  }

  private static Way forbidden(String what, String verb, Runnable attempt) {
    return new Way(what, Refusal.forbidden(verb), attempt);
  }

  private Way refused(String what, Refusal refusal, Manifest<?> manifest) {
    return new Way(what, refusal, () -> create(own, manifest));
  }

  private Way letIn(String what, Manifest<?>... manifests) {
    return new Way(
        what,
        null,
        () -> {
          for (Manifest<?> manifest : manifests) {
            createOrApply(manifest);
          }
        });
  }

  private static void create(TestNamespace namespace, Manifest<?> manifest) {
    namespace.create(manifest.yaml(), Validation.STRICT);
  }

  private void createOrApply(Manifest<?> manifest) {
    try {
      create(own, manifest);
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      own.apply(manifest.yaml());
    }
  }

  private Manifest.OfCredential ofPods() {
    return tenantsCredential(next()).set("spec.attach", "Pods");
  }

  private static Manifest.OfCredential tenantsCredential(String name) {
    return Manifests.credential(name).registry("mine").user("me").source("own");
  }

  private static Manifest.OfSecret markedFor(
      String secret, String own, String contributor, String kind) {
    return Manifests.secret(secret)
        .dockerConfigJson("{\"auths\":{\"registry.example.com\":{\"auth\":\"eDp5\"}}}")
        .label("regcred.dev/managed", "true")
        .annotation(
            "regcred.dev/contributors",
            """
            [{"kind":"RegistryCredential","name":"%s","server":null},\
            {"kind":"RegistryCredential","name":"pull","server":"registry.example.com"},\
            {"kind":"%s","name":"%s","server":"registry.example.com"}]\
            """
                .formatted(own, kind, contributor));
  }

  /** A ServiceAccount, as a YAML document. */
  private static String account(
      String name, Map<String, String> annotations, String... pullSecrets) {
    return Serialization.asYaml(
        new ServiceAccountBuilder()
            .withMetadata(
                new ObjectMetaBuilder().withName(name).withAnnotations(annotations).build())
            .withImagePullSecrets(Stream.of(pullSecrets).map(LocalObjectReference::new).toList())
            .build());
  }

  private static RoleBinding roleBinding(String name, String namespace) {
    return new RoleBindingBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
        .addNewSubject("rbac.authorization.k8s.io", "User", TENANT, null)
        .build();
  }

  private static String json(Manifest<?> manifest) {
    return Serialization.asJson(
        Serialization.unmarshal(
            manifest.yaml(), io.fabric8.kubernetes.api.model.GenericKubernetesResource.class));
  }

  private KubernetesClient impersonating(String... groups) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername(TENANT)
                .withImpersonateGroups(groups)
                .build())
        .build();
  }

  private RegistryCredential their() {
    return client
        .resources(RegistryCredential.class)
        .inNamespace(neighbour.name())
        .withName("pull")
        .get();
  }

  private String next() {
    return "way-" + count++;
  }

  /** The operator has looked at all that the tenant wrote. */
  private void awaitSeen() {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        client
                            .resources(RegistryCredential.class)
                            .inNamespace(namespace)
                            .list()
                            .getItems())
                    .allSatisfy(
                        credential ->
                            assertThat(
                                    credential.getStatus() == null
                                        ? null
                                        : credential.getStatus().observedGeneration())
                                .isEqualTo(credential.getMetadata().getGeneration())));
  }

  private void assertOutOfReach(String what, SortedMap<String, String> before) {
    assertThat(versions(neighbour.name())).as(what).isEqualTo(before);
    var pod = AttachScenario.pod("trial", neighbour.name(), Map.of("app", "web"));
    assertThat(AttachScenario.names(client.resource(pod).dryRun().create()))
        .as("what a new Pod of theirs names, %s", what)
        .isEmpty();
    client.secrets().inNamespace(namespace).list().getItems().forEach(this::notice);
    assertThat(reached).as(what).isEmpty();
  }

  /** A value that the next pass takes out again was readable all the same. */
  private Watcher<Secret> noticing() {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, Secret secret) {
        notice(secret);
      }

      @Override
      public void onClose(@Nullable WatcherException cause) {
        // The lists notice what stays.
      }
    };
  }

  private void notice(Secret secret) {
    if (secret.getData() != null
        && secret.getData().values().stream()
            .map(Base64Text::decoded)
            .anyMatch(value -> value.contains(THEIR_PASSWORD) || value.contains(THEIR_USER))) {
      reached.add(secret.getMetadata().getName());
    }
  }

  /** Any write there gives its object another version. */
  private SortedMap<String, String> versions(String namespace) {
    var versions = new TreeMap<String, String>();
    Stream.of(
            client.secrets().inNamespace(namespace).list().getItems(),
            client.serviceAccounts().inNamespace(namespace).list().getItems(),
            client.resources(Registry.class).inNamespace(namespace).list().getItems(),
            client.resources(RegistryCredential.class).inNamespace(namespace).list().getItems())
        .<HasMetadata>flatMap(List::stream)
        .forEach(
            object ->
                versions.put(
                    object.getKind() + "/" + object.getMetadata().getName(),
                    object.getMetadata().getResourceVersion()));
    return versions;
  }
}
