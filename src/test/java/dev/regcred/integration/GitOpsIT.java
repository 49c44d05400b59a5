package dev.regcred.integration;

import static dev.regcred.testkit.Manifests.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testcluster.GitOpsTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    applied(REGISTRY);
    applied(credential(""));
    applyServer();
    applied(wide(""));
    see("created, without an operator", WAITS, "registry/main");
    see("created, without an operator", WAITS, "regcred/pull");
    see("created, without an operator", WAITS, "clusterregistry/" + name);
    see("created, without an operator", WAITS, "cregcred/" + name);
    startOperator();
    awaitState("pull", "Registering", "SourceNotFound");
    see("waits for its source", WAITS, "regcred/pull");
    await().untilAsserted(() -> assertThat(wideReady().reason()).isEqualTo("SourceNotFound"));
    see("waits for its source", WAITS, "cregcred/" + name);
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
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated")));
    assertThat(versions()).isEqualTo(before);
    assertThat(existing("pull").getMetadata().getGeneration()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flux", "argocd"})
  void theSampleRepositoriesHoldWhatTheApiServerTakes(String tool) {
    var team = Path.of("docs", "gitops", tool, "team");
    kubectl("apply", "--dry-run=server", "-f", team.resolve("credential.yaml").toString());
    if (Files.exists(team.resolve("kustomization.yaml"))) {
      assertThat(kubectl("kustomize", team.toString()))
          .contains("kind: RegistryCredential", "name: ghcr-account");
    }
  }

  private void applyAgain(boolean isByServer) {
    for (String manifest : List.of(REGISTRY, credential(""))) {
      var kubectl = installation.cluster().kubectl();
      var result =
          isByServer
              ? kubectl.runWithInput(
                  manifest,
                  "apply",
                  "-n",
                  namespace,
                  "--server-side",
                  "--field-manager=kustomize-controller",
                  "-f",
                  "-")
              : triedToApply(manifest);
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
  }

  private String versions() {
    return kubectl(
        "get",
        "registry/main",
        "regcred/pull",
        "-o",
        "jsonpath={range .items[*]}{.metadata.name} {.metadata.resourceVersion} {end}");
  }

  private void seeActive() {
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    see("Active", FINE, "regcred/pull");
    awaitRegistry("main", "Active", "Active");
    see("Active", FINE, "registry/main");
    applyWideSource(CANARY);
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    see("selects no namespace", FINE, "cregcred/" + name);
    see("Active", FINE, "clusterregistry/" + name);
    stopOperator();
    applied(credential("").replace("team@", "others@"));
    see("changed, and not seen yet", WAITS, "regcred/pull");
    kubectl("delete", "secret/account");
    startOperator();
    awaitState("pull", "Active", "SourceNotFound");
    see("Active, and has lost its source", WAITS, "regcred/pull");
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
  }

  private void seeStuck() {
    applied(secret("taken").value("note", "foreign").yaml());
    applied(credential("taken", ""));
    awaitState("taken", "Activating", "TargetNotOwned");
    see("its Secret belongs to somebody else", STUCK, "regcred/taken");
    seeStuckInOneNamespace();
  }

  private void seeStuckInOneNamespace() {
    applied(secret("pull-wide").value("a", "b").yaml());
    applied(wide("").replace("secretName: pull", "secretName: pull-wide"));
    label(namespace, name);
    awaitCounts(1, 0, 0, 1);
    see("a foreign Secret in one namespace", STUCK, "cregcred/" + name);
    kubectl("delete", "secret/pull-wide");
    awaitCounts(1, 1, 0, 0);
    see("Active", FINE, "cregcred/" + name);
    label(namespace, "no");
  }

  private void seeWithdrawn() {
    applied(credential("last", ""));
    awaitState("last", "Active", "Active");
    for (var state : List.of("Inactive", "Removed", "Purged")) {
      declare(state);
      awaitState("pull", state, state);
      see(state, FINE, "regcred/pull");
    }
    stopOperator();
    kubectl("delete", "regcred/last", "--wait=false");
    see("deleted, without an operator", GOES, "regcred/last");
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
    try {
      var json = new ObjectMapper().readTree(kubectl("get", resource, "-o", "json"));
      assertThat(json.path("kind").asText()).as(resource).isNotEmpty();
      rows.add(new Row(what, expected, json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
