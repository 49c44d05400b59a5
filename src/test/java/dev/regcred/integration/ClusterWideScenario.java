package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.NamespaceCounts;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** A test of cluster-wide credentials: what it creates carries the test's own name. */
abstract class ClusterWideScenario extends OperatorScenario {
  static final String SERVER = "wide.example.com";
  static final String SOURCES = "regcred-system";

  /** Of the ClusterRegistry, the ClusterRegistryCredential and its source. */
  final String name = namespace.replace("test-", "wide-");

  @AfterEach
  void removeClusterWide() {
    client.resources(ClusterRegistryCredential.class).withName(name).delete();
    eventually(
        () -> client.resources(ClusterRegistryCredential.class).withName(name).get() == null);
    client.resources(ClusterRegistry.class).withName(name).delete();
    client.secrets().inNamespace(SOURCES).withName(name).delete();
    client.namespaces().withLabel("wide", name).delete();
  }

  /** A ClusterRegistry, a source and a credential for the namespaces with the test's label. */
  final void applyClusterWide(String more) {
    applyServer();
    applyWideSource(CANARY);
    applied(wide(more));
  }

  final void applyServer() {
    applied(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s}
        spec: {serverAddress: "%s"}
        """
            .formatted(name, server()));
  }

  /** One for each test, because an address belongs to one ClusterRegistry. */
  final String server() {
    return name + "." + SERVER;
  }

  final void applyWideSource(String password) {
    client
        .secrets()
        .inNamespace(SOURCES)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(Map.of("regcred.dev/source", "true"))
                .endMetadata()
                .withType("Opaque")
                .withData(
                    Map.of(
                        "password",
                        Base64.getEncoder()
                            .encodeToString(password.getBytes(StandardCharsets.UTF_8))))
                .build())
        .createOr(NonDeletingOperation::update);
  }

  final String wide(String more) {
    return """
    apiVersion: regcred.dev/v1alpha1
    kind: ClusterRegistryCredential
    metadata: {name: %s}
    spec:
      registryRef: {name: %s}
      email: robot@example.com
      publicValue: robot
      secretValueFrom: {secretKeyRef: {name: %s, key: password}}
      target: {secretName: pull}
      namespaceSelector: {matchLabels: {wide: %s}}
    %s
    """
        .formatted(name, name, name, name, more.indent(2));
  }

  /** Namespaces that the credential selects. */
  final List<String> namespaces(int count) {
    var names = IntStream.range(0, count).mapToObj(i -> "%s-%03d".formatted(name, i)).toList();
    names.parallelStream().forEach(this::createSelected);
    return names;
  }

  final void createSelected(String created) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(created)
                .withLabels(Map.of("wide", name))
                .endMetadata()
                .build())
        .create();
  }

  final void label(String changed, String value) {
    client
        .namespaces()
        .withName(changed)
        .edit(
            (Namespace n) ->
                new NamespaceBuilder(n)
                    .editMetadata()
                    .addToLabels("wide", value)
                    .endMetadata()
                    .build());
  }

  /** The pull Secret in one of the namespaces. */
  final Secret copy(String in) {
    return present(client.secrets().inNamespace(in).withName("pull").get(), "Secret pull");
  }

  final ClusterRegistryCredential wideCredential() {
    return present(
        client.resources(ClusterRegistryCredential.class).withName(name).get(),
        "ClusterRegistryCredential " + name);
  }

  final ClusterRegistryCredentialStatus wideStatus() {
    return present(wideCredential().getStatus(), "status of " + name);
  }

  final Condition wideReady() {
    return present(wideStatus().conditions(), "conditions").getFirst();
  }

  final void declareWide(String state) {
    declare("ClusterRegistryCredential/" + name, state);
  }

  final void awaitCounts(int desired, int synced, int overridden, int failed) {
    await()
        .untilAsserted(
            () ->
                assertThat(wideStatus().namespaces())
                    .isEqualTo(new NamespaceCounts(desired, synced, overridden, failed)));
  }

  final void awaitWide(LifecycleState state, String reason) {
    await()
        .untilAsserted(
            () -> {
              assertThat(wideStatus().state()).isEqualTo(state);
              assertThat(wideReady().reason()).isEqualTo(reason);
            });
  }

  /** Without an entry of the cluster-wide credential anywhere. */
  final void awaitNoCopies() {
    await().untilAsserted(() -> assertThat(copies()).isZero());
  }

  /** The content of the pull Secret of a namespace; null where there is none. */
  @org.jspecify.annotations.Nullable
  String pullIn(String read) {
    var secret = client.secrets().inNamespace(read).withName("pull").get();
    return secret == null ? null : content(secret);
  }

  static String content(Secret secret) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
        StandardCharsets.UTF_8);
  }

  final long copies() {
    return client
        .secrets()
        .inAnyNamespace()
        .withLabel("regcred.dev/managed", "true")
        .list()
        .getItems()
        .stream()
        .filter(secret -> secret.getMetadata().getNamespace().startsWith(name))
        .filter(secret -> content(secret).contains(CANARY))
        .count();
  }
}
