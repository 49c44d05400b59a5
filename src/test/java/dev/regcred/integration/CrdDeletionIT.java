package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.await;
import static dev.regcred.integration.OperatorScenario.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A CRD that is deleted takes its resources along, and they are withdrawn as in any deletion. */
class CrdDeletionIT {
  private static final String CREDENTIALS = "registrycredentials.regcred.dev";
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void itIsAsIfAllWereDeletedAndComesBackWithTheCrd() throws Exception {
    assumeOwnCluster();
    try (var cluster = TestClusters.start()) {
      var installation = Installation.on(cluster);
      try (var namespace = TestNamespace.create(installation.admin());
          var operator =
              RunningOperator.start(
                  new OperatorConfig(0, Set.of(), 4), installation.operatorConfig())) {
        namespace.apply(
            Manifests.registry("main").yaml()
                + Manifests.source(Manifests.SOURCE, CANARY)
                + Manifests.credential("pull"));
        awaitSecret(namespace, config(CANARY));

        cluster.kubectl().ok("delete", "crd", CREDENTIALS, Patience.TIMEOUT_FLAG);
        assertThat(secret(namespace)).as("when delete has returned").isEqualTo("absent");
        await().atMost(LONG).untilAsserted(() -> assertThat(operator.isReady()).isFalse());

        cluster.kubectl().ok("apply", "-f", "crds");
        cluster.kubectl().ok("wait", "--for=condition=Established", "crd/" + CREDENTIALS);
        cluster.kubectl().ok("get", "registrycredentials", "--all-namespaces");
        namespace.apply(Manifests.credential("pull").yaml());
        awaitSecret(namespace, config(CANARY));
        await().atMost(LONG).untilAsserted(() -> assertThat(operator.isReady()).isTrue());
      }
    }
  }

  /** The policies of attach: Pods are left without a kind of parameters, and stop no Pod. */
  @Test
  void podsAreCreatedAllTheSameAndGetThePullSecretAgainOnceTheCrdIsBack() throws Exception {
    assumeOwnCluster();
    try (var cluster = TestClusters.start()) {
      var installation = Installation.on(cluster);
      var admin = installation.admin();
      cluster.kubectl().ok("apply", "-f", AttachScenario.POLICIES);
      try (var namespace = TestNamespace.create(admin)) {
        var credential = Manifests.credential("pull").set("spec.attach", "Pods").yaml();
        namespace.apply(credential);
        await().until(() -> pullSecrets(admin, namespace).equals(List.of("pull")));

        cluster.kubectl().ok("delete", "crd", CREDENTIALS, Patience.TIMEOUT_FLAG);
        assertThat(pullSecrets(admin, namespace)).isEmpty();
        // The API server compiles all policies anew, now without the kind.
        cluster.kubectl().ok("delete", "-f", AttachScenario.POLICIES);
        cluster.kubectl().ok("apply", "-f", AttachScenario.POLICIES);
        await().during(Duration.ofSeconds(3)).until(() -> pullSecrets(admin, namespace).isEmpty());

        cluster.kubectl().ok("apply", "-f", "crds");
        cluster.kubectl().ok("wait", "--for=condition=Established", "crd/" + CREDENTIALS);
        cluster.kubectl().ok("get", "registrycredentials", "--all-namespaces");
        var back = System.nanoTime();
        namespace.apply(credential);
        await().atMost(LONG).until(() -> pullSecrets(admin, namespace).equals(List.of("pull")));
        System.out.printf(
            "CRD deleted: Pods get the pull Secret again %s ms after it is back%n",
            (System.nanoTime() - back) / 1_000_000);
      }
    }
  }

  private static List<String> pullSecrets(KubernetesClient admin, TestNamespace namespace) {
    var pod = AttachScenario.pod("trial", namespace.name(), Map.of());
    return AttachScenario.names(admin.resource(pod).dryRun().create());
  }

  private static void assumeOwnCluster() {
    Assumptions.assumeTrue(
        System.getProperty("regcred.kubeconfig", "").isEmpty(),
        "regcred.kubeconfig names a cluster of somebody: no CRD is deleted there");
  }

  private static void awaitSecret(TestNamespace namespace, String content) {
    await().atMost(LONG).untilAsserted(() -> assertThat(secret(namespace)).isEqualTo(content));
  }

  /** The Secret alone: where the CRD is gone, nothing can be listed of it. */
  private static String secret(TestNamespace namespace) {
    return World.secret(namespace, "pull");
  }
}
