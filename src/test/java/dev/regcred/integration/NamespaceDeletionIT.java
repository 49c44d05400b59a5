package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A namespace is deleted with all that is in it. */
class NamespaceDeletionIT extends OperatorScenario {
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

    awaitTheEnd();
    assertThat(requests.refusedWrites() - refused)
        .as("at most what was on its way when the namespace began to go")
        .isLessThanOrEqualTo(CREDENTIALS);
  }

  @Test
  void endsWhenItsCredentialsWaitForWhatIsMissing() {
    applied(Manifests.credential("pull"));
    awaitState("pull", "Registering", "RegistryNotFound");
    deleteNamespace();
    awaitTheEnd();
  }

  @Test
  void endsWhenTheOperatorComesBack() {
    populate("Delete");
    stopOperator();
    deleteNamespace();
    eventually(() -> secretNamed("account") == null);
    assertThat(namespaceExists()).isTrue();

    startOperator();

    awaitTheEnd();
  }

  @Test
  void withoutTheOperatorTheDocumentedWayOutEndsIt() throws Exception {
    populate("Delete");
    stopOperator();
    deleteNamespace();
    await()
        .untilAsserted(
            () ->
                assertThat(credentials())
                    .hasSize(CREDENTIALS)
                    .allMatch(RegistryCredential::isMarkedForDeletion));
    assertThat(namespaceExists()).isTrue();

    runInShell(wayOut().replace(ITS_NAMESPACE, namespace));

    awaitTheEnd();
  }

  /** Credentials with Secrets of their own, two that share one, and all are attached. */
  private void populate(String policy) {
    applySource(CANARY);
    applied("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: builder}");
    applied(Manifests.registry("main"), Manifests.registry("second"));
    for (int i = 0; i < CREDENTIALS - 2; i++) {
      applied(attached("pull-" + i, policy));
    }
    applied(
        attached("shared-1", policy).target("shared"),
        attached("shared-2", policy).target("shared").registry("second"));
    assertThat(credentials())
        .hasSize(CREDENTIALS)
        .allSatisfy(each -> awaitState(each.getMetadata().getName(), "Active", "Active"));
    await()
        .untilAsserted(
            () ->
                assertThat(accountBuilder().getImagePullSecrets())
                    .hasSize(CREDENTIALS - 1)
                    .contains(new LocalObjectReference("shared")));
  }

  private static Manifest.OfCredential attached(String name, String policy) {
    return Manifests.credential(name)
        .serviceAccounts("builder", "default")
        .set("spec.deletionPolicy", policy);
  }

  private List<RegistryCredential> credentials() {
    return client.resources(RegistryCredential.class).inNamespace(namespace).list().getItems();
  }

  private ServiceAccount accountBuilder() {
    return client.serviceAccounts().inNamespace(namespace).withName("builder").get();
  }

  private void deleteNamespace() {
    client.namespaces().withName(namespace).delete();
  }

  private void awaitTheEnd() {
    await().atMost(Patience.NAMESPACE_DELETION).until(() -> !namespaceExists());
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
