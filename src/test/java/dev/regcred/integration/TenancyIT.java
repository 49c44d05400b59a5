package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.testcluster.Kubectl;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final String THEIR_PASSWORD = CANARY + "-of-the-neighbour";
  private static final String THEIR_USER = "neighbour-robot";

  private final String neighbour = "neighbour-" + UUID.randomUUID().toString().substring(0, 8);

  /** The Secrets of the tenant that held something of theirs, if only for a moment. */
  private final Set<String> reached = ConcurrentHashMap.newKeySet();

  private int count;

  /** One way to reach something. */
  private record Way(String what, String yaml, List<String> command) {
    static Way of(String what, String yaml) {
      return new Way(what, yaml, List.of("apply", "-f", "-"));
    }

    static Way by(String what, String... command) {
      return new Way(what, "", List.of(command));
    }
  }

  @BeforeEach
  void settleIn() {
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("create", "namespace", neighbour);
    inNeighbour(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: account}
        stringData: {password: %s, user: %s}
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: offered
          annotations: {regcred.dev/adopt: RegistryCredential/mine}
        type: kubernetes.io/dockerconfigjson
        stringData: {.dockerconfigjson: '{"auths":{"x.example.com":{"auth":"%s"}}}'}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: runner}
        ---
        %s---
        %s\
        """
            .formatted(
                THEIR_PASSWORD,
                THEIR_USER,
                base64("x:" + THEIR_PASSWORD),
                REGISTRY,
                credential("serviceAccounts: [runner]")
                    .replace("publicValue: robot", "publicValue: " + THEIR_USER)));
    eventually(
        () ->
            kubectl
                .run("-n", neighbour, "get", "regcred/pull", "-o", "jsonpath={.status.state}")
                .stdout()
                .equals("Active"));
    eventually(
        () ->
            client
                .serviceAccounts()
                .inNamespace(neighbour)
                .withName("runner")
                .get()
                .getImagePullSecrets()
                .stream()
                .anyMatch(reference -> reference.getName().equals("pull")));
    kubectl.ok(
        "-n",
        namespace,
        "create",
        "rolebinding",
        "tenant",
        "--clusterrole=edit",
        "--user=" + TENANT);
    eventually(
        () -> asTenant("", "auth", "can-i", "create", "registrycredentials").exitCode() == 0);
    assertThat(asTenant("", "auth", "can-i", "get", "secrets", "-n", neighbour).exitCode())
        .isNotZero();
    assertThat(asTenant(OWN, "apply", "-f", "-").exitCode()).isZero();
    awaitRegistry("mine", "Active", "Active");
  }

  private static final String OWN =
      registry("mine")
          + """
          ---
          apiVersion: v1
          kind: Secret
          metadata: {name: own}
          stringData: {password: %s, user: me}
          """
              .formatted(CANARY + "-of-the-tenant");

  @AfterEach
  void deleteNeighbour() {
    client.resources(RegistryCredential.class).inNamespace(neighbour).delete();
    eventually(
        () ->
            client
                .resources(RegistryCredential.class)
                .inNamespace(neighbour)
                .list()
                .getItems()
                .isEmpty());
    client.namespaces().withName(neighbour).delete();
  }

  @Test
  void nothingOfAnotherNamespaceIsReachedInAnyWay() {
    try (var _ = client.secrets().inNamespace(namespace).watch(noticing())) {
      tryAllWays();
    }
  }

  private void tryAllWays() {
    var before = versions(neighbour);
    var ways =
        Stream.of(directly(), byForgedMarks(), byNames(), byFields(), byOwners())
            .flatMap(s -> s)
            .toList();
    var refused = 0;
    for (Way way : ways) {
      var result = asTenant(way.yaml(), way.command().toArray(String[]::new));
      if (result.exitCode() == 0) {
        awaitSeen();
      } else {
        refused++;
        assertThat(result.stderr()).as(way.what()).doesNotContain(THEIR_PASSWORD);
      }
      assertOutOfReach(way.what(), before);
    }
    // What is written late, and what the end of all that does.
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(() -> assertOutOfReach("a moment later", before));
    kubectl("delete", "regcred", "--all", Patience.TIMEOUT_FLAG);
    kubectl("delete", "secrets", "--all");
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertOutOfReach("after the deletion", before));
    System.out.printf(
        "tenancy: %d ways tried, %d refused or without effect (%d refused)%n",
        ways.size(), ways.size(), refused);
  }

  /** What RBAC is there for. */
  private Stream<Way> directly() {
    return Stream.of(
        Way.by("read their Secret", "get", "secret/account", "-n", neighbour),
        Way.by("list their Secrets", "get", "secrets", "-n", neighbour),
        Way.by("list all Secrets", "get", "secrets", "--all-namespaces"),
        Way.by("read their credential", "get", "regcred/pull", "-n", neighbour),
        Way.by("delete their credential", "delete", "regcred/pull", "-n", neighbour),
        Way.by("delete their pull Secret", "delete", "secret/pull", "-n", neighbour),
        Way.by(
            "declare their credential",
            "patch",
            "regcred/pull",
            "-n",
            neighbour,
            "--type=merge",
            "-p",
            "{\"spec\":{\"desiredState\":\"Inactive\"}}"),
        Way.by(
            "declare their Registry",
            "patch",
            "registry/main",
            "-n",
            neighbour,
            "--type=merge",
            "-p",
            "{\"spec\":{\"desiredState\":\"Inactive\"}}"),
        new Way(
            "create a credential there",
            tenantsCredential("intruder", ""),
            List.of("create", "-n", neighbour, "-f", "-")),
        Way.of(
            "name their namespace in the metadata",
            tenantsCredential("intruder", "")
                .replace("metadata: {", "metadata: {namespace: " + neighbour + ", ")),
        Way.by(
            "take the operator's name",
            "get",
            "secret/account",
            "-n",
            neighbour,
            "--as-group=system:serviceaccounts:regcred-system"),
        Way.by(
            "get a token of the operator",
            "create",
            "token",
            "regcred-operator",
            "-n",
            "regcred-system"),
        Way.by(
            "write a status",
            "patch",
            "registry/mine",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"state\":\"Purged\"}}"),
        Way.by(
            "give themselves their Secrets",
            "create",
            "rolebinding",
            "more",
            "--clusterrole=edit",
            "--user=" + TENANT,
            "-n",
            neighbour));
  }

  /** Names that may lead out of the namespace when they become a part of a path. */
  private Stream<Way> byNames() {
    var names =
        List.of(
            neighbour + "/account",
            "../" + neighbour + "/account",
            "../../" + neighbour + "/secrets/account",
            "..%2F..%2F" + neighbour + "%2Fsecrets%2Faccount",
            neighbour + ":account",
            neighbour + ".account",
            "account." + neighbour,
            "..",
            "own?namespace=" + neighbour,
            "own#/../account");
    var ways = new ArrayList<Way>();
    for (var name : names) {
      var quoted = "\"" + name + "\"";
      ways.add(
          Way.of(
              "source " + name,
              tenantsCredential(next(), "").replace("name: own", "name: " + quoted)));
      ways.add(
          Way.of(
              "source of the user name " + name,
              tenantsCredential(next(), "")
                  .replace(
                      "publicValue: me",
                      "publicValueFrom: {secretKeyRef: {name: " + quoted + ", key: user}}")));
      ways.add(
          Way.of(
              "Registry " + name.replace("account", "main"),
              tenantsCredential(next(), "")
                  .replace(
                      "registryRef: {name: mine}",
                      "registryRef: {name: " + quoted.replace("account", "main") + "}")));
      ways.add(
          Way.of(
              "target " + name.replace("account", "pull"),
              tenantsCredential(
                  next(), "target: {secretName: " + quoted.replace("account", "pull") + "}")));
      ways.add(
          Way.of(
              "ServiceAccount " + name.replace("account", "runner"),
              tenantsCredential(
                  next(), "serviceAccounts: [" + quoted.replace("account", "runner") + "]")));
    }
    ways.add(
        Way.of(
            "key that leads out",
            tenantsCredential(next(), "")
                .replace("key: password", "key: \"../../" + neighbour + "/account/password\"")));
    ways.add(
        Way.of(
            "name that leads out",
            tenantsCredential("\"../../" + neighbour + "/registrycredentials/pull\"", "")));
    return ways.stream();
  }

  /** Names that exist there and not here, and fields that other APIs have. */
  private Stream<Way> byFields() {
    var ways =
        new ArrayList<>(
            List.of(
                Way.of(
                    "a source that only they have",
                    tenantsCredential(next(), "").replace("name: own", "name: account")),
                Way.of(
                    "a user name that only they have",
                    tenantsCredential(next(), "")
                        .replace(
                            "publicValue: me",
                            "publicValueFrom: {secretKeyRef: {name: account, key: user}}")),
                Way.of(
                    "a Registry that only they have",
                    tenantsCredential(next(), "")
                        .replace("registryRef: {name: mine}", "registryRef: {name: main}")),
                Way.of(
                    "a ClusterRegistry of that name",
                    tenantsCredential(next(), "")
                        .replace(
                            "registryRef: {name: mine}",
                            "registryRef: {kind: ClusterRegistry, name: main}")),
                Way.of(
                    "the target that they have",
                    tenantsCredential(next(), "target: {secretName: pull}")),
                Way.of(
                    "the ServiceAccount that they have",
                    tenantsCredential(next(), "serviceAccounts: [runner]")),
                Way.of(
                    "every ServiceAccount",
                    tenantsCredential(next(), "serviceAccountSelector: {}")),
                Way.of("a credential of the same name", tenantsCredential("pull", "")),
                Way.of(
                    "a Registry of the same address",
                    REGISTRY.replace("name: main", "name: same-address")),
                Way.of(
                    "a label of the operator's",
                    tenantsCredential(next(), "target: {labels: {regcred.dev/source: \"true\"}}")),
                Way.of(
                    "an annotation of the operator's",
                    tenantsCredential(
                        next(), "target: {annotations: {regcred.dev/contributors: \"[]\"}}"))));
    for (var validate : List.of("strict", "ignore")) {
      ways.add(
          unknown(
              "a namespace for the source",
              validate,
              tenantsCredential(next(), "")
                  .replace("name: own,", "namespace: %s, name: account,")));
      ways.add(
          unknown(
              "a namespace for the Registry",
              validate,
              tenantsCredential(next(), "")
                  .replace(
                      "registryRef: {name: mine}", "registryRef: {namespace: %s, name: main}")));
      ways.add(
          unknown(
              "a namespace for the target",
              validate,
              tenantsCredential(next(), "target: {namespace: %s, secretName: pull}")));
      ways.add(
          unknown(
              "a namespaceSelector", validate, tenantsCredential(next(), "namespaceSelector: {}")));
    }
    return ways.stream();
  }

  private Way unknown(String what, String validate, String yaml) {
    return new Way(
        what + ", validation " + validate,
        yaml.replace("%s", neighbour),
        List.of("apply", "--validate=" + validate, "-f", "-"));
  }

  /** Secrets of the tenant's own that say that others have a part in them. */
  private Stream<Way> byForgedMarks() {
    var contributors =
        List.of(
            "../../" + neighbour + "/registrycredentials/pull",
            "pull",
            neighbour + "/pull",
            "../" + neighbour + "/pull",
            "..%2F..%2F" + neighbour + "%2Fregistrycredentials%2Fpull",
            "../../../../../../api/v1/namespaces/" + neighbour + "/secrets/account",
            "?fieldSelector=metadata.namespace=" + neighbour,
            "");
    var ways = new ArrayList<Way>();
    for (var contributor : contributors) {
      for (var secret : List.of("pull", "offered", "forged-" + count++)) {
        var own = next();
        ways.add(
            Way.of(
                "Secret " + secret + " with the contributor " + contributor,
                markedFor(secret, own, contributor, "RegistryCredential")
                    + "---\n"
                    + tenantsCredential(own, "target: {secretName: " + secret + "}")));
      }
    }
    ways.add(
        Way.of(
            "a contributor of another kind",
            markedFor("forged-kind", "mine", "pull", "ClusterRegistryCredential")
                + "---\n"
                + tenantsCredential("mine", "target: {secretName: forged-kind}")));
    for (var offer :
        List.of(
            "RegistryCredential/pull",
            "RegistryCredential/" + neighbour + "/pull",
            "RegistryCredential/../../" + neighbour + "/registrycredentials/pull")) {
      ways.add(
          Way.of(
              "an offer to " + offer,
              """
              apiVersion: v1
              kind: Secret
              metadata:
                name: %s
                annotations: {regcred.dev/adopt: "%s"}
              type: kubernetes.io/dockerconfigjson
              stringData: {.dockerconfigjson: '{"auths":{}}'}
              """
                  .formatted(next(), offer)));
    }
    ways.add(
        Way.of(
            "an account that says that their Secret is attached",
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              name: runner
              annotations: {regcred.dev/attached: '["pull","../../%s/serviceaccounts/runner"]'}
            imagePullSecrets: [{name: pull}]
            """
                .formatted(neighbour)));
    ways.add(
        Way.of(
            "the mark on their source's name",
            markedFor("account", "mine", "mine", "RegistryCredential")
                + "---\n"
                + tenantsCredential("mine", "target: {secretName: moved}")));
    return ways.stream();
  }

  /** Owners have no namespace: they are looked for in that of the dependent. */
  private Stream<Way> byOwners() {
    var theirs =
        client.resources(RegistryCredential.class).inNamespace(neighbour).withName("pull").get();
    var owner =
        "ownerReferences: [{apiVersion: regcred.dev/v1alpha1, kind: RegistryCredential, name: pull,"
            + " uid: "
            + theirs.getMetadata().getUid()
            + ", blockOwnerDeletion: true, controller: true}]";
    return Stream.of(
        Way.of(
            "a Secret that their credential owns",
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: owned
              %s
            """
                .formatted(owner)),
        Way.of(
            "a credential that their credential owns",
            tenantsCredential("owned", "")
                .replace("metadata: {name: owned}", "metadata:\n  name: owned\n  " + owner)),
        Way.of(
            "a pull Secret that their credential owns, with its mark",
            markedFor("pull", "mine", "pull", "RegistryCredential")
                .replace("labels:", owner + "\n  labels:")));
  }

  private static String tenantsCredential(String name, String more) {
    return credential(name, "mine", more)
        .replace("publicValue: " + name, "publicValue: me")
        .replace("name: account", "name: own");
  }

  private static String markedFor(String secret, String own, String contributor, String kind) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
      labels: {regcred.dev/managed: "true"}
      annotations:
        regcred.dev/contributors: '[{"kind":"RegistryCredential","name":"%s","server":null},{"kind":"RegistryCredential","name":"pull","server":"registry.example.com"},{"kind":"%s","name":"%s","server":"registry.example.com"}]'
    type: kubernetes.io/dockerconfigjson
    stringData: {.dockerconfigjson: '{"auths":{"registry.example.com":{"auth":"eDp5"}}}'}
    """
        .formatted(secret, own, kind, contributor);
  }

  private String next() {
    return "way-" + count++;
  }

  private Kubectl.Result asTenant(String stdin, String... command) {
    var all = new ArrayList<String>();
    if (Arrays.stream(command).noneMatch(arg -> arg.equals("-n"))) {
      all.addAll(List.of("-n", namespace));
    }
    all.add("--as=" + TENANT);
    all.addAll(List.of(command));
    return installation.cluster().kubectl().runWithInput(stdin, all.toArray(String[]::new));
  }

  private void inNeighbour(String yaml) {
    var result =
        installation.cluster().kubectl().runWithInput(yaml, "-n", neighbour, "apply", "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
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
    assertThat(versions(neighbour)).as(what).isEqualTo(before);
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
            .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8))
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

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
