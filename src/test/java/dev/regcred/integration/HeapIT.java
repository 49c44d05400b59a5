package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory of the operator does not grow with what other people's Secrets hold: a JVM of 64 MB
 * lives beside more of them than it could hold, and starts beside them. On a cluster of its own,
 * because they would slow down all other tests.
 *
 * <p>100 MB of them, or a gigabyte by {@code -Dregcred.heap.secrets=10000}.
 */
class HeapIT {
  private static final int COUNT = Integer.getInteger("regcred.heap.secrets", 1_000);
  private static final int SIZE = Integer.getInteger("regcred.heap.bytes", 100_000);
  private static final int WRITERS = 8;
  private static final String NAMESPACE = "regcred-foreign-secrets";

  /** What is kept of a foreign Secret: name, UID, version, and the place in the cache. */
  private static final long BYTES_KEPT = 1_024;

  /** What is sent about one: its metadata, with managedFields. */
  private static final long BYTES_SENT = 2_048;

  /** What the measurement itself may vary by, such as classes that are loaded later. */
  private static final long NOISE = 2 << 20;

  private static final List<String> SMALL =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

  @TempDir Path directory = Path.of("");

  @Test
  void foreignSecretsCostWhatTheirMetadataCosts() throws Exception {
    try (var cluster = TestClusters.start()) {
      var installation = Installation.on(cluster);
      try (var connection = new MeteredConnection(installation.operatorConfig())) {
        measure(cluster, installation, connection);
      } finally {
        cluster.kubectl().run("delete", "namespace", NAMESPACE, "--wait=false");
        cluster.kubectl().run("delete", "-f", "docs/examples/quickstart.yaml", "--wait=false");
      }
    }
  }

  private void measure(TestCluster cluster, Installation installation, MeteredConnection connection)
      throws Exception {
    var kubeconfig =
        installation.writeKubeconfig(directory.resolve("kubeconfig"), connection.url().toString());
    cluster.kubectl().ok("create", "namespace", NAMESPACE);
    cluster.kubectl().ok("apply", "-f", "docs/examples/quickstart.yaml");
    long before;
    long after;
    long sent;
    try (var operator = new OperatorProcess(kubeconfig, "heap-operator", SMALL)) {
      awaitRotation(installation, operator, "before");
      before = operator.liveBytes();
      var sentBefore = connection.bytesReceived();
      create(installation);
      awaitRotation(installation, operator, "after");
      after = operator.liveBytes();
      sent = connection.bytesReceived() - sentBefore;
    }
    var sentBefore = connection.bytesReceived();
    try (var operator = new OperatorProcess(kubeconfig, "heap-operator-restarted", SMALL)) {
      awaitRotation(installation, operator, "restarted");
      var listed = connection.bytesReceived() - sentBefore;
      var restarted = operator.liveBytes();
      System.out.printf(
          "heap: before %s, after %,d foreign Secrets of %,d bytes %s, restarted %s, peak %s after"
              + " a collection (-Xmx64m, resident %s); %,d bytes of heap each%n",
          mega(before),
          COUNT,
          SIZE,
          mega(after),
          mega(restarted),
          mega(operator.peakBytesAfterCollection()),
          mega(operator.peakResidentBytes()),
          (after - before) / COUNT);
      System.out.printf(
          "wire: %,d bytes about each while they were created, %,d for the list at the start%n",
          sent / COUNT, listed / COUNT);
      assertThat(after - before).as("kept").isLessThan(COUNT * BYTES_KEPT + NOISE);
      assertThat(restarted - before).as("kept").isLessThan(COUNT * BYTES_KEPT + NOISE);
      assertThat(sent).as("sent by the watch").isLessThan(COUNT * BYTES_SENT + NOISE);
      assertThat(listed).as("sent by the list").isLessThan(COUNT * BYTES_SENT + NOISE);
    }
  }

  private static String mega(long bytes) {
    return "%.1f MB".formatted(bytes / 1e6);
  }

  /**
   * A change of the source reaches the pull Secret. The watch brings all changes in their order, so
   * everything before it is known by then, too.
   */
  private static void awaitRotation(
      Installation installation, OperatorProcess operator, String password) {
    var secrets = installation.admin().secrets().inNamespace("default");
    secrets
        .withName("ghcr-account")
        .edit(
            secret -> {
              secret.getData().put("password", base64(password));
              return secret;
            });
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              assertThat(operator.isAlive()).as(operator::log).isTrue();
              var pull = secrets.withName("ghcr-pull").get();
              return pull != null && config(pull).contains("\"" + password + "\"");
            });
  }

  private static String config(Secret secret) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")),
        StandardCharsets.UTF_8);
  }

  /** Of random bytes, so that no compression hides them on the wire. */
  private static void create(Installation installation) throws Exception {
    var random = new byte[SIZE];
    new Random(0).nextBytes(random);
    var value = Base64.getEncoder().encodeToString(random);
    var done = new AtomicInteger();
    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      var writes =
          IntStream.range(0, COUNT)
              .<Future<?>>mapToObj(
                  i ->
                      writers.submit(
                          () -> {
                            installation
                                .admin()
                                .raw(
                                    "/api/v1/namespaces/" + NAMESPACE + "/secrets",
                                    "POST",
                                    foreign(i, value));
                            say(done.incrementAndGet());
                          }))
              .toList();
      for (Future<?> write : writes) {
        write.get();
      }
    }
  }

  private static String foreign(int number, String value) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"foreign-%06d"},"type":"Opaque",\
    "data":{"value":"%s"}}
    """
        .formatted(number, value);
  }

  private static void say(int done) {
    if (done % 1_000 == 0) {
      System.out.printf("%,d of %,d foreign Secrets are there%n", done, COUNT);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
