package dev.regcred.integration;

import static dev.regcred.testkit.Manifests.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testcluster.GitOpsTools;
import dev.regcred.testkit.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tools of a GitOps repository make of the kinds, and what they do to them. */
class GitOpsIT extends ClusterWideScenario {
  private static final String WAITS = "InProgress Progressing";
  private static final String FINE = "Current Healthy";
  private static final String STUCK = "Failed Degraded";
  private static final String GOES = "Terminating Progressing";

  private final List<Row> rows = new ArrayList<>();

  private record Row(String what, String expected, JsonNode object) {}

  @Test
  void kstatusAndArgoCdTellEveryStateApart() throws IOException {
    stopOperator();
    applied(Manifests.registry("main"), Manifests.credential("pull"));
    applyServer();
    applied(wide());
    see("created, without an operator", WAITS, "registries/main");
    see("created, without an operator", WAITS, "registrycredentials/pull");
    see("created, without an operator", WAITS, "clusterregistries/" + name);
    see("created, without an operator", WAITS, "clusterregistrycredentials/" + name);
    startOperator();
    awaitState("pull", "Registering", "SourceNotFound");
    see("waits for its source", WAITS, "registrycredentials/pull");
    await().untilAsserted(() -> assertThat(wideReady().reason()).isEqualTo("SourceNotFound"));
    see("waits for its source", WAITS, "clusterregistrycredentials/" + name);
    seeActive();
    seeStuck();
    seeWithdrawn();

    judge();
  }

  @ParameterizedTest(name = "by the server: {0}")
  @ValueSource(booleans = {false, true})
  void whoAppliesTheSameAgainAndAgainChangesNothing(boolean isByServer) {
    applySource(CANARY);
    applyAgain(isByServer);
    awaitState("pull", "Active", "Active");
    awaitRegistry("main", "Active", "Active");
    var before = versions();
    for (int i = 0; i < 5; i++) {
      applyAgain(isByServer);
    }
    // A change that the operator answers to after all these.
    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
    assertThat(versions()).isEqualTo(before);
    assertThat(existing("pull").getMetadata().getGeneration()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flux", "argocd"})
  void theSampleRepositoriesGiveAPullSecretOnceTheirAccountIsDecrypted(String tool)
      throws IOException {
    var applied = whatIsAppliedFrom(Path.of("docs", "gitops", tool, "team"));
    assertThat(applied)
        .extracting(object -> object.path("kind").asText())
        .containsExactlyInAnyOrder(
            "Registry", "RegistryCredential", tool.equals("flux") ? "Secret" : "SealedSecret");

    for (JsonNode object : applied) {
      applied(
          object.path("kind").asText().startsWith("Registry") ? object.toString() : opened(object));
    }

    awaitState("ghcr-pull", "Active", "Active");
    assertThat(content("ghcr-pull")).contains("\"ghcr.io\"", CANARY);
  }

  /** By Flux what kustomize makes of the directory; by Argo CD all manifests in it. */
  private List<JsonNode> whatIsAppliedFrom(Path team) throws IOException {
    var objects = new ArrayList<JsonNode>();
    if (Files.exists(team.resolve("kustomization.yaml"))) {
      read(kubectl("kustomize", team.toString()), objects);
      return objects;
    }
    try (var files = Files.list(team)) {
      for (Path file : files.toList()) {
        read(Files.readString(file), objects);
      }
    }
    return objects;
  }

  private static void read(String yaml, List<JsonNode> into) throws IOException {
    try (var objects = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      objects.forEachRemaining(into::add);
    }
  }

  /** The Secret that sops, or the controller of SealedSecrets, makes of what is encrypted. */
  private static String opened(JsonNode encrypted) {
    var values = encrypted.path("stringData");
    var names =
        (values.isMissingNode() ? encrypted.at("/spec/encryptedData") : values).fieldNames();
    var secret = secret(encrypted.at("/metadata/name").asText());
    names.forEachRemaining(name -> secret.value(name, CANARY));
    return secret.yaml();
  }

  private void applyAgain(boolean isByServer) {
    var manifests = "" + Manifests.registry("main") + Manifests.credential("pull");
    if (isByServer) {
      var result =
          installation
              .cluster()
              .kubectl()
              .runWithInput(
                  manifests,
                  "apply",
                  "-n",
                  namespace,
                  "--server-side",
                  "--field-manager=kustomize-controller",
                  "-f",
                  "-");
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    } else {
      appliedByKubectl(manifests);
    }
  }

  private List<String> versions() {
    return Stream.of(object("registries/main"), object("registrycredentials/pull"))
        .map(object -> object.at("/metadata/resourceVersion").asText())
        .toList();
  }

  private void seeActive() {
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    see("Active", FINE, "registrycredentials/pull");
    awaitRegistry("main", "Active", "Active");
    see("Active", FINE, "registries/main");
    applyWideSource(CANARY);
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    see("selects no namespace", FINE, "clusterregistrycredentials/" + name);
    see("Active", FINE, "clusterregistries/" + name);
    stopOperator();
    applied(Manifests.credential("pull").email("others@example.com"));
    see("changed, and not seen yet", WAITS, "registrycredentials/pull");
    deleted("Secret/account");
    startOperator();
    awaitState("pull", "Active", "SourceNotFound");
    see("Active, and has lost its source", WAITS, "registrycredentials/pull");
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
  }

  private void seeStuck() {
    applied(secret("taken").value("note", "foreign"), Manifests.credential("taken"));
    awaitState("taken", "Activating", "TargetNotOwned");
    see("its Secret belongs to somebody else", STUCK, "registrycredentials/taken");
    seeStuckInOneNamespace();
  }

  private void seeStuckInOneNamespace() {
    applied(secret("pull-wide").value("a", "b").yaml());
    applied(wide().target("pull-wide"));
    label(namespace, name);
    awaitCounts(1, 0, 0, 1);
    see("a foreign Secret in one namespace", STUCK, "clusterregistrycredentials/" + name);
    deleted("Secret/pull-wide");
    awaitCounts(1, 1, 0, 0);
    see("Active", FINE, "clusterregistrycredentials/" + name);
    label(namespace, "no");
  }

  private void seeWithdrawn() {
    applied(Manifests.credential("last"));
    awaitState("last", "Active", "Active");
    for (var state : List.of("Inactive", "Removed", "Purged")) {
      declare(state);
      awaitState("pull", state, state);
      see(state, FINE, "registrycredentials/pull");
    }
    stopOperator();
    test.namespace().delete("RegistryCredential", "last");
    see("deleted, without an operator", GOES, "registrycredentials/last");
    startOperator();
  }

  private void judge() throws IOException {
    var tools =
        GitOpsTools.load(Files.readString(Path.of("docs", "gitops", "argocd", "health.lua")));
    var verdicts = tools.judge(rows.stream().map(Row::object).toList());
    assertThat(verdicts).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      var verdict = verdicts.get(i);
      System.out.printf(
          "gitops: %-26s %-36s kstatus %-12s Argo CD %s (%s)%n",
          row.object().path("kind").asText(),
          row.what(),
          verdict.kstatus().status(),
          verdict.argo().status(),
          verdict.argo().message());
      assertThat(verdict.kstatus().status() + " " + verdict.argo().status())
          .as(row.what() + ": " + verdict)
          .isEqualTo(row.expected());
    }
  }

  private void see(String what, String expected, String resource) {
    rows.add(new Row(what, expected, object(resource)));
  }

  /**
   * One of our kinds, as the API server gives it out.
   *
   * @param resource the plural of its kind, and its name
   */
  private JsonNode object(String resource) {
    var path =
        resource.startsWith("cluster") ? resource : "namespaces/" + namespace + "/" + resource;
    try {
      return new ObjectMapper()
          .readTree(present(client.raw("/apis/regcred.dev/v1alpha1/" + path), resource));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
