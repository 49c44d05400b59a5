package dev.regcred.bench;

import dev.regcred.app.OperatorConfig;
import dev.regcred.app.RunningOperator;
import dev.regcred.integration.Installation;
import dev.regcred.testcluster.TestClusters;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long a changed source takes to reach its pull Secret, as a watch of the pull Secret sees it,
 * beside a plain GET of a Secret in the same run. Cluster, operator and this program share the
 * machine.
 */
public final class RotationBench {
  private static final int WARM_UP = 50;
  private static final int CHANGES = 200;
  private static final String NAMESPACE = "default";
  private static final String PULL_SECRET = "ghcr-pull";
  private static final String SOURCE = "ghcr-account";

  private RotationBench() {}

  public static void main(String[] args) throws Exception {
    try (var cluster = TestClusters.start()) {
      var installation = Installation.on(cluster);
      try (var operator =
          RunningOperator.start(
              new OperatorConfig(0, Set.of(), 16), installation.operatorConfig())) {
        cluster.kubectl().ok("apply", "-f", "docs/examples/quickstart.yaml");
        cluster
            .kubectl()
            .ok("wait", "--for=condition=Ready", "regcred/" + PULL_SECRET, "--timeout=60s");
        System.out.printf(
            "%nRotating %d times, after %d to warm up, on %d processors (metrics on port %d) ...%n",
            CHANGES, WARM_UP, Runtime.getRuntime().availableProcessors(), operator.httpPort());
        measure(installation.admin());
      }
    }
  }

  private static void measure(KubernetesClient client) throws InterruptedException {
    var fromWrite = new Latencies();
    var fromAnswer = new Latencies();
    var get = new Latencies();
    var seen = new LinkedBlockingQueue<Seen>();
    try (var _ =
        client.secrets().inNamespace(NAMESPACE).withName(PULL_SECRET).watch(new Observer(seen))) {
      for (int i = 0; i < WARM_UP + CHANGES; i++) {
        var password = "password-" + i;
        var before = System.nanoTime();
        write(client, password);
        var answered = System.nanoTime();
        var arrived = arrival(seen, password);
        var getStart = System.nanoTime();
        client.secrets().inNamespace(NAMESPACE).withName(SOURCE).get();
        var getEnd = System.nanoTime();
        if (i >= WARM_UP) {
          fromWrite.add(arrived - before);
          fromAnswer.add(Math.max(0, arrived - answered));
          get.add(getEnd - getStart);
        }
      }
    }
    System.out.printf("%n%-44s %5s %9s %9s %9s%n", "milliseconds", "n", "p50", "p99", "max");
    System.out.println(fromWrite.row("source write sent -> pull Secret seen"));
    System.out.println(fromAnswer.row("source write answered -> pull Secret seen"));
    System.out.println(get.row("plain GET of a Secret"));
    System.out.printf(
        "ratio to the GET, from the write sent: p50 %.1f, p99 %.1f%n",
        fromWrite.percentile(50) / get.percentile(50),
        fromWrite.percentile(99) / get.percentile(99));
  }

  private static void write(KubernetesClient client, String password) {
    client
        .secrets()
        .inNamespace(NAMESPACE)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(SOURCE)
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of("password", base64(password)))
                .build())
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"data\":{\"password\":\"" + base64(password) + "\"}}");
  }

  private static long arrival(BlockingQueue<Seen> seen, String password)
      throws InterruptedException {
    while (true) {
      var next = seen.poll(30, TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException("The rotation did not arrive within 30 s");
      }
      if (next.content().contains("\"" + password + "\"")) {
        return next.nanoTime();
      }
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private record Seen(long nanoTime, String content) {}

  private record Observer(BlockingQueue<Seen> seen) implements Watcher<Secret> {
    @Override
    public void eventReceived(Action action, Secret secret) {
      var now = System.nanoTime();
      seen.add(
          new Seen(
              now,
              new String(
                  Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
                  StandardCharsets.UTF_8)));
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
