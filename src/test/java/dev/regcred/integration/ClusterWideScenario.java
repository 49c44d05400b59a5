package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.NamespaceCounts;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A test of cluster-wide credentials: what it creates carries the test's own name. */
abstract class ClusterWideScenario extends OperatorScenario {
  static final String SERVER = "wide.example.com";
  static final String SOURCES = "regcred-system";

  /** Of the ClusterRegistry, the ClusterRegistryCredential and its source. */
  final String name = namespace.replace("test-", "wide-");

  @AfterEach
  void removeClusterWide() {
    startOperatorUnlessItRuns();
    client.resources(ClusterRegistryCredential.class).withName(name).delete();
    eventually(
        () -> client.resources(ClusterRegistryCredential.class).withName(name).get() == null);
    client.resources(ClusterRegistry.class).withName(name).delete();
    client.resources(ClusterRegistry.class).withName(second()).delete();
    client.secrets().inNamespace(SOURCES).withName(name).delete();
    client.namespaces().withLabel("wide", name).delete();
  }

  /** A ClusterRegistry, a source and a credential for the namespaces with the test's label. */
  final void applyClusterWide() {
    applyClusterWide(wide());
  }

  /** A ClusterRegistry, a source and this credential. */
  final void applyClusterWide(Manifest.OfCredential credential) {
    applyServer();
    applyWideSource(CANARY);
    applied(credential);
  }

  final void applyServer() {
    applied(clusterRegistry());
  }

  final Manifest.OfRegistry clusterRegistry() {
    return Manifests.clusterRegistry(name).server(server());
  }

  /** The name of another ClusterRegistry of the test. */
  final String second() {
    return name + "-second";
  }

  /** One for each test, because an address belongs to one ClusterRegistry. */
  final String server() {
    return name + "." + SERVER;
  }

  final void applyWideSource(String password) {
    applied(Manifests.source(name, password).in(SOURCES).label("regcred.dev/source", "true"));
  }

  /** The credential, for the namespaces with the test's label. */
  final Manifest.OfCredential wide() {
    return Manifests.clusterCredential(name).namespaceSelector("wide", name);
  }

  /** Namespaces that the credential selects. */
  final List<String> namespaces(int count) {
    var names = IntStream.range(0, count).mapToObj(i -> "%s-%03d".formatted(name, i)).toList();
    names.parallelStream().forEach(this::createSelected);
    return names;
  }

  final void createSelected(String created) {
    createNamespace(created, name);
  }

  /** A namespace with a value of the label that is selected by. */
  final void createNamespace(String created, String label) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(created)
                .withLabels(Map.of("wide", label))
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
    return ready(wideStatus());
  }

  /**
   * Waits for the ClusterRegistry of the test.
   *
   * @param summary its state and its reason
   */
  final void awaitClusterRegistry(String summary) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        summary(
                            client
                                .resources(ClusterRegistry.class)
                                .withName(name)
                                .require()
                                .getStatus()))
                    .isEqualTo(summary));
  }

  final void declareWide(String state) {
    declare("ClusterRegistryCredential/" + name, state);
  }

  final void awaitCounts(int desired, int synced, int overridden, int failed) {
    await()
        .untilAsserted(
            () ->
                assertThat(newestStatus().namespaces())
                    .isEqualTo(new NamespaceCounts(desired, synced, overridden, failed)));
  }

  final void awaitWide(LifecycleState state, String reason) {
    await()
        .untilAsserted(
            () -> assertThat(summary(newestStatus())).isEqualTo(state.value() + " " + reason));
  }

  /** The status, once it speaks of the newest spec. */
  private ClusterRegistryCredentialStatus newestStatus() {
    var credential = wideCredential();
    var status = present(credential.getStatus(), "status of " + name);
    assertThat(status.observedGeneration()).isEqualTo(credential.getMetadata().getGeneration());
    return status;
  }

  /** Without an entry of the cluster-wide credential anywhere. */
  final void awaitNoCopies() {
    await().untilAsserted(() -> assertThat(copies()).isZero());
  }

  /** The content of the pull Secret of a namespace; null where there is none. */
  final @Nullable String pullIn(String read) {
    var secret = client.secrets().inNamespace(read).withName("pull").get();
    return secret == null ? null : content(secret);
  }

  static String content(Secret secret) {
    return Base64Text.decoded(secret.getData().getOrDefault(".dockerconfigjson", ""));
  }

  final long copies() {
    return namespacesWithTheEntry().size();
  }

  /** In all of the cluster, whoever's mark is on the Secret. */
  final List<String> namespacesWithTheEntry() {
    return client.secrets().inAnyNamespace().list().getItems().stream()
        .filter(secret -> content(secret).contains("\"" + server() + "\""))
        .map(secret -> secret.getMetadata().getNamespace())
        .sorted()
        .toList();
  }
}
