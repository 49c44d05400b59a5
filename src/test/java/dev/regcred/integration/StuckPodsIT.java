package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.StuckPodsStatus;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Pods that were created before their ServiceAccount got the pull Secret. There is no kubelet: the
 * test says of them what one would.
 */
class StuckPodsIT extends AttachScenario {
  static final String ROLE = "deploy/optional/stuck-pods.yaml";

  private static final String IMAGE = "registry.example.com/app:1";

  @BeforeEach
  void applyAccount() {
    installation.cluster().kubectl().ok("apply", "-f", ROLE);
    applied(Manifests.registry("main"));
    applySource(CANARY);
    eventually(
        () -> client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
  }

  /** The permissions are everybody's. */
  @AfterEach
  void removeRole() {
    installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", ROLE);
  }

  @Test
  void theyAreReportedUntilTheyAreGone() {
    applied(bare("old", IMAGE, ""));
    applied(deployment("web", 2));
    applied(bare("elsewhere", "quay.io/app:1", ""));
    applied(bare("with-a-list", IMAGE, "imagePullSecrets: [{name: other}]"));
    applied("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n");
    applied(bare("of-another-account", IMAGE, "serviceAccountName: robot"));
    applied(bare("not-waiting", IMAGE, ""));
    awaitPods(2, "web");
    pods().values().stream()
        .filter(pod -> !pod.getMetadata().getName().equals("not-waiting"))
        .forEach(this::stick);

    applied(ofStuckPods("Report"));
    await()
        .untilAsserted(
            () -> assertThat(conditions("pull")).containsExactly("Ready True", "PodsStuck True"));
    var stuck = Objects.requireNonNull(status("pull").stuckPods());
    var expected =
        pods().keySet().stream()
            .filter(name -> name.equals("old") || name.startsWith("web"))
            .toList();
    assertThat(stuck.count()).isEqualTo(3);
    assertThat(stuck.pods()).containsExactlyElementsOf(expected);
    assertThat(message("pull", "Ready"))
        .contains("holds the entry for registry.example.com")
        .contains("3 older Pods wait for an image without it: " + String.join(", ", expected));
    assertThat(message("pull", "PodsStuck")).contains("or set spec.stuckPods to Evict");
    eventually(() -> events().contains("pull Warning PodsStuck Attach"));
    assertThat(new Meters(operator().httpPort()).value("regcred_stuck_pods")).isEqualTo(3);

    var before = uids();
    client.pods().inNamespace(namespace).withName("old").withGracePeriod(0).delete();
    client.pods().inNamespace(namespace).withLabel("app", "web").withGracePeriod(0).delete();
    await().untilAsserted(() -> assertThat(conditions("pull")).containsExactly("Ready True"));
    assertThat(status("pull").stuckPods()).isNull();
    assertThat(message("pull", "Ready")).doesNotContain("for an image");
    assertThat(uids().get("elsewhere")).isEqualTo(before.get("elsewhere"));
    awaitPods(2, "web");
    assertThat(pods().entrySet())
        .filteredOn(pod -> pod.getKey().startsWith("web"))
        .allSatisfy(pod -> assertThat(names(pod.getValue())).containsExactly("pull"));
  }

  @Test
  void thoseThatAControllerReplacesAreEvictedOnce() {
    giveTheAccount("other");
    applied(bare("old", IMAGE, ""));
    applied(bare("gone-later", IMAGE, ""));
    applied(deployment("web", 2));
    // Its Pods have a list of their own, which looks like that of their ServiceAccount.
    applied(
        deployment("listed", 1)
            .replace("containers:", "imagePullSecrets: [{name: other}], containers:"));
    applied(statefulSet("db"));
    applied(job("once", 6));
    applied(job("never-again", 0));
    awaitPods(2, "web");
    awaitPods(1, "db");
    awaitPods(1, "once");
    awaitPods(1, "never-again");
    awaitPods(1, "listed");
    pods().values().forEach(this::stick);
    var before = uids();
    var replaced = List.of("web", "db", "once");

    applied(ofStuckPods("Evict"));
    await()
        .atMost(Patience.LIMIT.multipliedBy(2))
        .untilAsserted(
            () -> {
              var now = pods();
              assertThat(now.values())
                  .filteredOn(pod -> replaced.contains(app(pod)))
                  .hasSize(4)
                  .allSatisfy(pod -> assertThat(names(pod)).containsExactly("other", "pull"));
              assertThat(now.values())
                  .filteredOn(pod -> app(pod).equals("listed"))
                  .hasSize(1)
                  .noneMatch(pod -> before.containsKey(pod.getMetadata().getName()));
            });
    var after = uids();
    assertThat(after.get("old")).isEqualTo(before.get("old"));
    assertThat(after.keySet().stream().filter(name -> name.startsWith("never-again")))
        .hasSize(1)
        .allMatch(before::containsKey);
    assertThat(evictions("evicted")).isEqualTo(5);

    // They can't pull all the same: nobody evicts them again, not even one who knows no better.
    pods().values().forEach(this::stick);
    stopOperator();
    client.pods().inNamespace(namespace).withName("gone-later").withGracePeriod(0).delete();
    after.remove("gone-later");
    startOperator();
    await()
        .untilAsserted(
            () -> {
              var stuck = Objects.requireNonNull(status("pull").stuckPods());
              assertThat(stuck.pods()).hasSize(2).contains("old").doesNotContain("gone-later");
            });
    assertThat(uids()).isEqualTo(after);
    assertThat(evictions("evicted") + evictions("refused")).isZero();
  }

  @Test
  void wherePodsAreGivenItByTheApiServerTheirOwnTeamsAreReported() {
    applied(bare("ours", IMAGE, "").replace("app: bare", "team: a"));
    applied(
        bare("with-a-list", IMAGE, "imagePullSecrets: [{name: own}]")
            .replace("app: bare", "team: a"));
    applied(bare("theirs", IMAGE, "").replace("app: bare", "team: b"));
    pods().values().forEach(this::stick);
    applyPolicies();
    applied(
        Manifests.credential("pull")
            .set("spec.attach", "Pods")
            .set("spec.podSelector.matchLabels", Map.of("team", "a"))
            .set("spec.stuckPods", "Report"));
    await()
        .untilAsserted(
            () -> assertThat(conditions("pull")).containsExactly("Ready True", "PodsStuck True"));
    assertThat(Objects.requireNonNull(status("pull").stuckPods()).pods())
        .containsExactly("ours", "with-a-list");
  }

  /** So many that their Pods are listed all at once. */
  @Test
  void ofAClusterWideOneTheyAreNamedWithTheirNamespace() {
    var selected = namespaces(12);
    selected.forEach(
        in ->
            eventually(
                () -> client.serviceAccounts().inNamespace(in).withName("default").get() != null));
    var image = server() + "/app:1";
    for (String in : List.of(selected.get(3), selected.get(11), namespace)) {
      var old = pod("old", in, Map.of());
      old.getSpec().getContainers().getFirst().setImage(image);
      stick(client.resource(old).create());
    }
    applyClusterWide(wide().serviceAccounts("default").set("spec.stuckPods", "Report"));
    await()
        .untilAsserted(
            () ->
                assertThat(Optional.ofNullable(wideStatus().stuckPods()).map(StuckPodsStatus::pods))
                    .contains(List.of(selected.get(3) + "/old", selected.get(11) + "/old")));
    assertThat(wideReady().message()).contains("2 older Pods wait for an image without it");
    awaitCounts(12, 12, 0, 0);
  }

  @Test
  void withoutThePermissionItIsSaidAndTheCredentialIsReady() {
    installation.cluster().kubectl().ok("delete", "-f", ROLE);
    applied(bare("old", IMAGE, ""));
    pods().values().forEach(this::stick);
    applied(ofStuckPods("Evict"));
    await()
        .untilAsserted(
            () ->
                assertThat(message("pull", "Ready"))
                    .contains("(Forbidden)")
                    .contains("Apply deploy/optional/stuck-pods.yaml"));
    assertThat(conditions("pull")).containsExactly("Ready True");
    assertThat(summary(status("pull"))).isEqualTo("Active Active");
  }

  @Test
  void whereItMayOnlyListThemItIsSaidThatNoneIsEvicted() {
    installation
        .cluster()
        .kubectl()
        .ok(
            "patch",
            "clusterrole",
            "regcred-operator-stuck-pods",
            "--type=json",
            "-p",
            "[{\"op\": \"remove\", \"path\": \"/rules/1\"}]");
    applied(statefulSet("db"));
    awaitPods(1, "db");
    pods().values().forEach(this::stick);
    var before = uids();
    applied(ofStuckPods("Evict"));
    await()
        .untilAsserted(
            () ->
                assertThat(message("pull", "PodsStuck"))
                    .contains("They can't be evicted (Forbidden)"));
    assertThat(conditions("pull")).containsExactly("Ready True", "PodsStuck True");
    assertThat(uids()).isEqualTo(before);
    assertThat(evictions("refused")).isPositive();
  }

  private double evictions(String result) {
    return new Meters(operator().httpPort())
        .value("regcred_pod_evictions_total{result=\"" + result + "\"}");
  }

  private static Manifest.OfCredential ofStuckPods(String policy) {
    return Manifests.credential("pull").serviceAccounts("default").set("spec.stuckPods", policy);
  }

  private static String bare(String name, String image, String more) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: {app: bare}}
    spec:
      containers: [{name: app, image: "%s"}]
    """
            .formatted(name, image)
        + more.indent(2);
  }

  private static String template(String app) {
    return "template: {metadata: {labels: {app: %s}}, spec: {%scontainers: [{name: app, image: %s}]}}"
        .formatted(app, app.matches("once|never-again") ? "restartPolicy: Never, " : "", IMAGE);
  }

  static String deployment(String name, int replicas) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s}
    spec: {replicas: %2$s, selector: {matchLabels: {app: %1$s}}, %3$s}
    """
        .formatted(name, replicas, template(name));
  }

  private static String statefulSet(String name) {
    return """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: %1$s}
    spec: {serviceName: %1$s, selector: {matchLabels: {app: %1$s}}, %2$s}
    """
        .formatted(name, template(name));
  }

  static String job(String name, int backoffLimit) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: %s}
    spec: {backoffLimit: %s, %s}
    """
        .formatted(name, backoffLimit, template(name));
  }

  private void awaitPods(int count, String app) {
    await()
        .untilAsserted(
            () ->
                assertThat(pods().values().stream().filter(pod -> app(pod).equals(app)))
                    .hasSize(count));
  }

  private static String app(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault("app", "");
  }

  /** Those that are not being deleted, by name. */
  private Map<String, Pod> pods() {
    var all = new TreeMap<String, Pod>();
    client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> !pod.isMarkedForDeletion())
        .forEach(pod -> all.put(pod.getMetadata().getName(), pod));
    return all;
  }

  private Map<String, String> uids() {
    return pods().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                pod -> pod.getValue().getMetadata().getUid(),
                (one, _) -> one,
                TreeMap::new));
  }

  private void giveTheAccount(String pullSecret) {
    patch(
        "ServiceAccount/default",
        "{\"imagePullSecrets\": [{\"name\": \"%s\"}]}".formatted(pullSecret));
  }

  /** What a kubelet says of a Pod whose image it may not pull. */
  private void stick(Pod pod) {
    stick(client, pod);
  }

  static void stick(KubernetesClient client, Pod pod) {
    client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            """
            {"status": {"containerStatuses": [{"name": "app", "ready": false, "restartCount": 0,
              "image": "%s", "imageID": "",
              "state": {"waiting": {"reason": "ImagePullBackOff", "message": "401 Unauthorized"}}}]}}
            """
                .formatted(pod.getSpec().getContainers().getFirst().getImage()));
  }
}
