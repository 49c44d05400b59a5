package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.RestorableControlPlane;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Pods that are created without a pause while the API server goes down and comes up again; no
 * operator runs. An API server that has just started may not have found the kind of the parameters
 * yet, looks for it again only after a while, and keeps no Pod waiting: it says that it is ready,
 * and Pods go without the pull Secret of {@code attach: Pods}. That ends by itself, and from then
 * on each has it. It prints how many there were, and for how long.
 */
class PodRaceAtRestartIT {
  private static final int RESTARTS = 2;

  /** In all, of those that count. */
  private static final int PODS = 200;

  private static final int CREATORS = 4;

  @Test
  void everyPodGetsItOnceTheApiServerHasFoundTheCredentialsAgain() throws Exception {
    try (var cluster = RestorableControlPlane.create()) {
      var admin = Installation.on(cluster).admin();
      cluster.kubectl().ok("apply", "-f", AttachScenario.POLICIES);
      var namespace = namespaceWithCredential(admin);
      Patience.eventually(() -> pullSecrets(dryRun(admin, namespace)).contains("pull"));

      var all = 0;
      for (int restart = 1; restart <= RESTARTS; restart++) {
        var whileItStarts = "early-%s-".formatted(restart);
        createWithoutPause(
            admin,
            namespace,
            whileItStarts,
            created -> {
              Patience.eventually(() -> created.get() > CREATORS);
              cluster.stop();
              cluster.start();
            });
        var ready = System.nanoTime();
        createWithoutPause(
            admin,
            namespace,
            whileItStarts + "ready-",
            _ -> Patience.eventually(() -> pullSecrets(dryRun(admin, namespace)).contains("pull")));
        var found = (System.nanoTime() - ready) / 1_000_000;
        var fromThenOn = "found-%s-".formatted(restart);
        createWithoutPause(
            admin,
            namespace,
            fromThenOn,
            created -> Patience.eventually(() -> created.get() >= PODS / RESTARTS));
        var early = pods(admin, namespace, whileItStarts);
        var later = pods(admin, namespace, fromThenOn);
        System.out.printf(
            "restart %s: %s Pods, %s of them without, until %s ms after it was ready; then %s, %s of"
                + " them without%n",
            restart,
            early.size(),
            without(early).size(),
            found,
            later.size(),
            without(later).size());
        assertThat(without(later)).isEmpty();
        all += later.size();
      }
      assertThat(all).isGreaterThanOrEqualTo(PODS);
    }
  }

  /** What goes on while Pods are created, which is told how many there are. */
  private interface Meanwhile {
    void happens(AtomicInteger created);
  }

  private static void createWithoutPause(
      KubernetesClient admin, String namespace, String prefix, Meanwhile meanwhile) {
    var isOver = new AtomicBoolean();
    var created = new AtomicInteger();
    try (var creators = Executors.newFixedThreadPool(CREATORS)) {
      for (int i = 0; i < CREATORS; i++) {
        var creator = prefix + i;
        var _ =
            creators.submit(
                () -> {
                  for (int n = 0; !isOver.get(); n++) {
                    if (isCreated(admin, namespace, creator + "-" + n)) {
                      created.incrementAndGet();
                    }
                  }
                });
      }
      try {
        meanwhile.happens(created);
      } finally {
        isOver.set(true);
      }
    }
  }

  /** Also those whose creation was not answered. */
  private static List<Pod> pods(KubernetesClient admin, String namespace, String prefix) {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getName().startsWith(prefix))
        .toList();
  }

  private static List<String> without(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> !pullSecrets(pod).contains("pull"))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** There are no controllers on such a control plane. */
  private static String namespaceWithCredential(KubernetesClient admin) {
    var namespace = TestNamespace.named(admin);
    namespace.create();
    namespace.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n");
    namespace.apply(Manifests.credential("pull").set("spec.attach", "Pods").yaml());
    return namespace.name();
  }

  private static boolean isCreated(KubernetesClient admin, String in, String pod) {
    try {
      create(admin, in, pod);
      return true;
    } catch (KubernetesClientException e) {
      return false; // It is down, or it says that it is not ready.
    }
  }

  private static Pod create(KubernetesClient admin, String in, String pod) {
    return admin.resource(AttachScenario.pod(pod, in, Map.of())).create();
  }

  private static Pod dryRun(KubernetesClient admin, String in) {
    return admin.resource(AttachScenario.pod("trial", in, Map.of())).dryRun().create();
  }

  private static List<String> pullSecrets(Pod pod) {
    return AttachScenario.names(pod);
  }
}
