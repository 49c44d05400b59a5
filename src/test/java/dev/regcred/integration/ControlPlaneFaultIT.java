package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.Kubectl;
import dev.regcred.testcluster.RestorableControlPlane;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens to a control plane under a running operator, each test on one of its own: a real
 * etcd and a real API server.
 */
class ControlPlaneFaultIT {
  /** Writes that the copy knows nothing of, so that the present version is far from it. */
  private static final int LOST_WRITES = 300;

  /** The size in bytes of a store that is soon full; a new cluster has 4 MB in it. */
  private static final long STORE = 16 << 20;

  /** The longest that the operator waits before it tries again what has failed. */
  private static final Duration LAST_DELAY = Duration.ofMinutes(1);

  @TempDir Path files;

  @Test
  void afterAnOlderCopyOfTheStoreTheOperatorEndsAndTheNextOneDoesWhatChangedMeanwhile()
      throws Exception {
    try (var cluster = RestorableControlPlane.create()) {
      var installation = Installation.on(cluster);
      try (var admin = installation.admin();
          var operator = operator(installation, "before-the-restore")) {
        operator.awaitReady(Patience.LIMIT);
        var namespace = activate(admin);
        cluster.stop();
        cluster.backUp();
        cluster.start();
        operator.awaitReady(Patience.LIMIT);
        for (int i = 0; i < LOST_WRITES; i++) {
          namespace.patch("Secret", "account", "{\"metadata\":{\"labels\":{\"n\":\"" + i + "\"}}}");
        }
        rotate(namespace, CANARY + "-lost");
        PullSecretContent.await(namespace, config(CANARY + "-lost"));

        var port = operator.httpPort();
        cluster.stop();
        cluster.restore();
        cluster.start();
        var restored = System.nanoTime();
        rotate(namespace, CANARY + "-restored");

        Patience.await()
            .failFast("ready while it hears nothing", () -> isReady(port))
            .until(() -> !operator.isAlive());
        System.out.printf("restored store: ended after %s ms%n", millisSince(restored));
        assertThat(operator.log())
            .containsPattern("the store of the API server went back from version \\d+ to \\d+");
        try (var next = operator(installation, "after-the-restore")) {
          PullSecretContent.await(namespace, config(CANARY + "-restored"));
          next.awaitReady(Patience.LIMIT);
        }
      }
    }
  }

  /**
   * It keeps its connections and answers nothing, as a machine does that has run out of memory.
   *
   * <p>{@code -Dregcred.suspend.seconds=120} suspends it for longer.
   */
  @Test
  void anApiServerThatStandsStillIsNoticedAndHeardAgainWhenItGoesOn() throws Exception {
    var time = Duration.ofSeconds(Integer.getInteger("regcred.suspend.seconds", 30));
    try (var cluster = RestorableControlPlane.create()) {
      var installation = Installation.on(cluster);
      try (var admin = installation.admin();
          var operator = operator(installation, "suspended-api-server")) {
        operator.awaitReady(Patience.LIMIT);
        var namespace = activate(admin);
        var port = operator.httpPort();

        cluster.suspend();
        var suspended = System.nanoTime();
        try {
          Patience.await().until(() -> !isReady(port));
          System.out.printf("suspended API server: noticed after %s ms%n", millisSince(suspended));
          Patience.await().until(() -> operator.log().contains("Not ready: "));
          Patience.await()
              .atMost(time.plus(Patience.LIMIT))
              .failFast("ready while it hears nothing", () -> isReady(port))
              .until(() -> millisSince(suspended) >= time.toMillis());
        } finally {
          cluster.resume();
        }
        var resumed = System.nanoTime();
        operator.awaitReady(Patience.LIMIT);
        System.out.printf("it goes on: ready after %s ms%n", millisSince(resumed));
        rotate(namespace, CANARY + "-rotated");
        PullSecretContent.await(namespace, config(CANARY + "-rotated"));
        assertThat(operator.isAlive()).isTrue();
        assertThat(operator.log()).contains("Ready again");
      }
    }
  }

  /** It is full of what somebody else writes, until etcd itself takes no more. */
  @Test
  void aStoreWithoutSpaceIsSaidAndWrittenToOnceThereIsSome() throws Exception {
    try (var cluster = RestorableControlPlane.withStoreOf(STORE)) {
      var installation = Installation.on(cluster);
      try (var admin = installation.admin();
          var operator = operator(installation, "store-without-space")) {
        operator.awaitReady(Patience.LIMIT);
        var namespace = activate(admin);
        var others = TestNamespace.named(admin);
        others.create();

        fill(cluster.kubectl(), others);
        namespace.delete("Secret", "pull");
        Patience.await()
            .until(() -> operator.log().contains("Could not create Secret pull: the API server"));
        assertThat(isReady(operator.httpPort())).as("it hears all there is to hear").isTrue();
        assertThat(operator.log()).doesNotContain("\tat ");

        admin.secrets().inNamespace(others.name()).delete();
        cluster.reclaimSpace();
        var since = System.nanoTime();
        Patience.await()
            .atMost(LAST_DELAY.plus(Patience.LIMIT))
            .failFast("it ended", () -> !operator.isAlive())
            .until(() -> World.read(namespace).summary("Secret/pull").equals(config(CANARY)));
        System.out.printf(
            "store without space: written %s ms after there is%n", millisSince(since));
        Patience.await()
            .untilAsserted(
                () ->
                    assertThat(World.read(namespace).summary("RegistryCredential/pull"))
                        .isEqualTo("Active Active"));
      }
    }
  }

  /** By kubectl, which tries nothing again that is refused. */
  private static void fill(Kubectl kubectl, TestNamespace namespace) {
    for (int count = 0; ; count++) {
      var secret =
          "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"namespace\":\"%s\",\"name\":\"filling-%s\"},\"stringData\":{\"value\":\"%s\"}}"
              .formatted(namespace.name(), count, "f".repeat(1_000_000));
      var created = kubectl.runWithInput(secret, "create", "-f", "-");
      if (created.exitCode() != 0) {
        assertThat(created.stderr()).contains("database space exceeded");
        System.out.printf("store without space: full after %s Secrets of a megabyte%n", count);
        return;
      }
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static TestNamespace activate(KubernetesClient admin) {
    var namespace = TestNamespace.named(admin);
    namespace.create();
    namespace.apply(Manifests.registry("main").yaml());
    rotate(namespace, CANARY);
    namespace.apply(Manifests.credential("pull").yaml());
    PullSecretContent.await(namespace, config(CANARY));
    return namespace;
  }

  private OperatorProcess operator(Installation installation, String name) throws IOException {
    var kubeconfig = installation.writeKubeconfig(files.resolve(name + ".kubeconfig"));
    return new OperatorProcess(kubeconfig, name, List.of());
  }

  private static void rotate(TestNamespace namespace, String password) {
    namespace.apply(Manifests.source("account", password).yaml());
  }

  private static boolean isReady(int port) throws IOException {
    var url = "http://127.0.0.1:%s/readyz".formatted(port);
    var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setReadTimeout(1_000);
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false; // It has ended.
    } finally {
      connection.disconnect();
    }
  }
}
