package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.RegistryCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A namespace is deleted with all that is in it. */
class NamespaceDeletionIT extends OperatorScenario {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final int CREDENTIALS = 10;
  private static final Path UNINSTALL = Path.of("docs/uninstall.md");
  private static final String WAY_OUT = "### One namespace by hand";
  private static final String ITS_NAMESPACE = "team-a";

  @ParameterizedTest(name = "deletionPolicy {0}")
  @ValueSource(strings = {"Delete", "Retain"})
  void endsByItselfWithoutAStormOfRefusedWrites(String policy) {
    populate(policy);
    var requests = new ApiRequests(client);
    var refused = requests.refusedWrites();

    deleteNamespace();

    await().atMost(SECONDS).until(() -> !namespaceExists());
    assertThat(requests.refusedWrites() - refused)
        .as("at most what was on its way when the namespace began to go")
        .isLessThanOrEqualTo(CREDENTIALS);
  }

  @Test
  void endsWhenItsCredentialsWaitForWhatIsMissing() {
    applied(credential(""));
    awaitState("pull", "Registering", "RegistryNotFound");
    deleteNamespace();
    await().atMost(SECONDS).until(() -> !namespaceExists());
  }

  @Test
  void endsWhenTheOperatorComesBack() {
    populate("Delete");
    stopOperator();
    deleteNamespace();
    eventually(() -> secretNamed("account") == null);
    assertThat(namespaceExists()).isTrue();

    startOperator();

    await().atMost(SECONDS).until(() -> !namespaceExists());
  }

  @Test
  void withoutTheOperatorTheDocumentedWayOutEndsIt() throws Exception {
    populate("Delete");
    stopOperator();
    deleteNamespace();
    eventually(
        () ->
            client
                .resources(RegistryCredential.class)
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .allMatch(RegistryCredential::isMarkedForDeletion));
    assertThat(namespaceExists()).isTrue();

    runInShell(wayOut().replace(ITS_NAMESPACE, namespace));

    await().atMost(SECONDS).until(() -> !namespaceExists());
  }

  /** Credentials with Secrets of their own, two that share one, and all are attached. */
  private void populate(String policy) {
    kubectl("create", "serviceaccount", "builder");
    applied(REGISTRY);
    applied(REGISTRY.replace("main", "second").replace("registry.", "second."));
    applySource(CANARY);
    var more = "deletionPolicy: " + policy + "\nserviceAccounts: [builder, default]";
    var own =
        IntStream.range(0, CREDENTIALS - 2).mapToObj(i -> credential("pull-" + i, more)).toList();
    var shared = more + "\ntarget: {secretName: shared}";
    applied(
        Stream.concat(
                own.stream(),
                Stream.of(
                    credential("shared-1", shared),
                    credential("shared-2", shared).replace("name: main", "name: second")))
            .collect(Collectors.joining("---\n")));
    client
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(credential -> awaitState(credential.getMetadata().getName(), "Active", "Active"));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        kubectl(
                                "get",
                                "serviceaccount/builder",
                                "-o",
                                "jsonpath={.imagePullSecrets[*].name}")
                            .split(" "))
                    .hasSize(CREDENTIALS - 1)
                    .contains("shared"));
  }

  private void deleteNamespace() {
    kubectl("delete", "namespace", namespace, "--wait=false");
  }

  private boolean namespaceExists() {
    return client.namespaces().withName(namespace).get() != null;
  }

  /** The commands as a reader copies them. */
  private static String wayOut() throws IOException {
    var text = Files.readString(UNINSTALL);
    var section = text.substring(text.indexOf(WAY_OUT));
    var begin = section.indexOf("```sh\n") + "```sh\n".length();
    var commands = section.substring(begin, section.indexOf("```", begin));
    assertThat(commands).contains(ITS_NAMESPACE);
    return commands;
  }

  /** With the {@code kubectl} of these tests as {@code kubectl}. */
  private void runInShell(String commands) throws IOException, InterruptedException {
    var kubectl = String.join(" ", installation.cluster().kubectl().program());
    var process =
        new ProcessBuilder(
                "sh", "-ec", "kubectl() { " + kubectl + " \"$@\" </dev/null; }\n" + commands)
            .redirectErrorStream(true);
    process.environment().put("KUBECONFIG", installation.cluster().kubeconfig().toString());
    var running = process.start();
    var output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(output).isZero();
    assertThat(output).contains("patched");
  }
}
