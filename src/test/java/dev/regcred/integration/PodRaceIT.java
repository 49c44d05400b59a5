package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Namespace, credential and workload in one apply, as every GitOps tool does it: how many of the
 * Pods name the pull Secret. It prints the table of docs/attach.md.
 */
class PodRaceIT extends AttachScenario {
  /** Of each form, and Pods of each of them; a bare Pod is one. */
  private static final int NAMESPACES = 4;

  private static final int PODS = 5;

  /** A workload. */
  private record Form(String kind, String yaml) {}

  private static final String CONTAINERS =
      "containers: [{name: app, image: registry.example.com/app:1}]";

  private static final String TEMPLATE =
      "template: {metadata: {labels: {app: race}}, spec: {" + CONTAINERS + "}}";

  private static final String JOB =
      "{parallelism: %1$s, completions: %1$s, template: {metadata: {labels: {app: race}},"
              .formatted(PODS)
          + " spec: {restartPolicy: Never, "
          + CONTAINERS
          + "}}}";

  private static final List<Form> FORMS =
      List.of(
          new Form(
              "bare Pod",
              IntStream.range(0, PODS)
                  .mapToObj(
                      i ->
                          """
                          apiVersion: v1
                          kind: Pod
                          metadata: {name: race-%s, labels: {app: race}}
                          spec: {%s}
                          """
                              .formatted(i, CONTAINERS))
                  .collect(Collectors.joining("---\n"))),
          new Form(
              "Deployment",
              """
              apiVersion: apps/v1
              kind: Deployment
              metadata: {name: race}
              spec:
                replicas: %s
                selector: {matchLabels: {app: race}}
                %s
              """
                  .formatted(PODS, TEMPLATE)),
          new Form(
              "StatefulSet",
              """
              apiVersion: apps/v1
              kind: StatefulSet
              metadata: {name: race}
              spec:
                replicas: %s
                serviceName: race
                podManagementPolicy: Parallel
                selector: {matchLabels: {app: race}}
                %s
              """
                  .formatted(PODS, TEMPLATE)),
          new Form(
              "Job",
              """
              apiVersion: batch/v1
              kind: Job
              metadata: {name: race}
              spec: %s
              """
                  .formatted(JOB)),
          new Form(
              "CronJob",
              """
              apiVersion: batch/v1
              kind: CronJob
              metadata: {name: race}
              spec:
                schedule: "* * * * *"
                concurrencyPolicy: Forbid
                jobTemplate: {spec: %s}
              """
                  .formatted(JOB)));

  /** Pods that name the pull Secret, of all. */
  private record Count(int with, int all) {
    Count plus(Count other) {
      return new Count(with + other.with, all + other.all);
    }
  }

  @Test
  void everyPodGetsItFromTheApiServer() {
    applyPolicies();
    awaitPolicies();
    var table = new LinkedHashMap<String, Count>();
    table.putAll(race("Pods", ""));
    stopOperator();
    race("Pods", "s").forEach((form, count) -> table.put(form + ", operator stopped", count));
    startOperator();
    table.putAll(raceOfSelectedNamespaces("Pods"));
    print("attach: Pods", table);
    assertThat(table.values()).allMatch(count -> count.with == count.all);
    assertThat(table.values().stream().mapToInt(Count::all).sum()).isGreaterThanOrEqualTo(200);
  }

  /** Nothing is promised of it; the table shows what is won. */
  @Test
  void whatServiceAccountsCanDoIsCounted() {
    var table = new LinkedHashMap<String, Count>();
    table.putAll(race("ServiceAccounts", ""));
    table.putAll(raceOfSelectedNamespaces("ServiceAccounts"));
    print("attach: ServiceAccounts", table);
    assertThat(table.values()).allMatch(count -> count.all > 0);
  }

  private Map<String, Count> race(String attach, String suffix) {
    var namespaces = new LinkedHashMap<String, Form>();
    for (Form form : FORMS) {
      for (int i = 0; i < NAMESPACES; i++) {
        var in = name + suffix + "-" + FORMS.indexOf(form) + i;
        namespaces.put(in, form);
        applyTogether(
            in,
            "no",
            Manifests.registry("main").yaml()
                + "---\n"
                + Manifests.source("account", CANARY).yaml()
                + "---\n"
                + attached(Manifests.credential("pull"), attach).yaml()
                + "---\n"
                + form.yaml());
      }
    }
    return counted(namespaces);
  }

  private Map<String, Count> raceOfSelectedNamespaces(String attach) {
    applyClusterWide(attached(wide(), attach));
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    var namespaces = new LinkedHashMap<String, Form>();
    var deployment = FORMS.get(1);
    for (int i = 0; i < NAMESPACES; i++) {
      var in = name + "-w" + i;
      namespaces.put(in, new Form("Deployment, namespace of a cluster-wide one", ""));
      applyTogether(in, name, deployment.yaml());
    }
    return counted(namespaces);
  }

  private static Manifest.OfCredential attached(Manifest.OfCredential credential, String attach) {
    return attach.equals("Pods")
        ? credential.set("spec.attach", attach)
        : credential.serviceAccounts("default");
  }

  /** Again where a Pod came before its ServiceAccount, as these tools do. */
  private void applyTogether(String in, String label, String yaml) {
    var all =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, labels: {wide: "%s"}}
        ---
        """
                .formatted(in, label)
            + yaml;
    await()
        .until(
            () ->
                installation
                        .cluster()
                        .kubectl()
                        .runWithInput(all, "apply", "-n", in, "-f", "-")
                        .exitCode()
                    == 0);
  }

  private Map<String, Count> counted(Map<String, Form> namespaces) {
    var table = new LinkedHashMap<String, Count>();
    namespaces.forEach(
        (in, form) -> {
          var pods = new ArrayList<Pod>();
          await()
              .atMost(Patience.LIMIT.plusSeconds(90)) // The clock of a CronJob has minutes.
              .until(
                  () -> {
                    pods.clear();
                    pods.addAll(
                        client.pods().inNamespace(in).withLabel("app", "race").list().getItems());
                    return pods.size() >= PODS;
                  });
          var with = (int) pods.stream().filter(pod -> names(pod).contains("pull")).count();
          table.merge(form.kind(), new Count(with, pods.size()), Count::plus);
        });
    return table;
  }

  private void awaitPolicies() {
    applied(Manifests.credential("trial").set("spec.attach", "Pods"));
    eventually(
        () -> client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
    eventually(() -> pullSecretsOfANewPod(Map.of()).contains("trial"));
  }

  private static void print(String way, Map<String, Count> table) {
    System.out.printf("| %s | Pods with | of |%n|---|---|---|%n", way);
    table.forEach(
        (form, count) -> System.out.printf("| %s | %s | %s |%n", form, count.with(), count.all()));
  }
}
