package dev.regcred.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.plan.credential.PodView;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingPodsTest {
  /** For a hundred megabytes on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private KubernetesClient client;
  private int pages = 20;
  private int padding;
  private int code = 200;
  private String longName = "x";
  private boolean isStalled;
  private final CountDownLatch isOver = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        KubernetesClients.create(
            new ConfigBuilder()
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
                .build());
  }

  @AfterEach
  void stop() {
    isOver.countDown();
    client.close();
    server.stop(0);
  }

  @Test
  void tenThousandAreReadPageByPage() {
    var found = read(Optional.of("ns"), Optional.of("runner"));
    assertThat(found).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(asked).hasSize(20);
    assertThat(asked.getFirst())
        .isEqualTo(
            "/api/v1/namespaces/ns/pods?limit=500&fieldSelector="
                + "status.phase=Pending,spec.serviceAccountName=runner");
    assertThat(asked.getLast()).endsWith("&continue=page 19/+");
  }

  @Test
  void aNamespaceThatHasNoEndIsReadToABound() {
    pages = 1_000_000;
    var reading =
        new PendingPods(client).read(Optional.of("ns"), Optional.empty(), _ -> {}, _ -> {});
    assertThat(reading.isWhole()).isFalse();
    assertThat(asked).hasSize(PendingPods.MAX_PAGES);
    assertThat(asked.getFirst()).endsWith("fieldSelector=status.phase=Pending");
  }

  /** Each page is of a hundred megabytes, and counts as many. */
  @Test
  void largePodsAreReadToABoundAsWell() {
    pages = 1_000_000;
    padding = 200_000;
    int[] count = {0};
    var reading =
        new PendingPods(client, PATIENCE)
            .read(Optional.of("ns"), Optional.empty(), _ -> {}, _ -> count[0]++);
    assertThat(reading).isEqualTo(new PendingPods.Reading(PendingPods.MAX_PAGES, false));
    assertThat(asked).hasSize(4);
    assertThat(200_000L * count[0])
        .as("bytes")
        .isBetween(300_000_000L, (long) PendingPods.MAX_PAGES * PendingPods.PAGE_BYTES);
  }

  /** A page of a hundred megabytes. */
  @Test
  void oneLargePodIsInMemoryAtATime() {
    pages = 1;
    padding = 200_000;
    System.gc();
    var runtime = Runtime.getRuntime();
    long before = runtime.totalMemory() - runtime.freeMemory();
    long[] most = {0};
    int[] count = {0};
    new PendingPods(client, PATIENCE)
        .read(
            Optional.of("ns"),
            Optional.empty(),
            _ -> {},
            _ -> {
              if (++count[0] % 100 == 0) {
                System.gc();
                most[0] = Math.max(most[0], runtime.totalMemory() - runtime.freeMemory() - before);
              }
            });
    assertThat(count[0]).isEqualTo(500);
    assertThat(most[0]).isLessThan(30 << 20);
  }

  /** Its managedFields have a field that is named after each of its imagePullSecrets. */
  @Test
  void aPodWithALongNameInItKeepsNoneOfTheOthersFromBeingRead() {
    pages = 1;
    longName = "x".repeat(1_000_000);
    assertThat(read(Optional.empty(), Optional.empty())).hasSize(500);
  }

  /** A look must not hold a thread for ever. */
  @Test
  void aListThatBreaksOffIsAFailure() {
    pages = 1;
    isStalled = true;
    var impatient = new PendingPods(client, Duration.ofSeconds(1));
    assertThatThrownBy(() -> impatient.read(Optional.of("ns"), Optional.empty(), _ -> {}, _ -> {}))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("broke off");
  }

  @Test
  void onlyThoseThatWaitForAnImageAreKept() {
    pages = 1;
    var pod = read(Optional.of("ns"), Optional.empty()).getFirst();
    assertThat(pod.namespace()).isEqualTo("ns");
    assertThat(pod.created()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(pod.serviceAccount()).isEqualTo("runner");
    assertThat(pod.pullSecrets()).containsExactly("one", "");
    assertThat(pod.waitingImages()).containsExactly("init:1", "app:1");
    assertThat(pod.owner()).isEqualTo(new PodView.Owner("apps/v1", "ReplicaSet", "web-1"));
    assertThat(pod.isDeleting()).isFalse();
    assertThat(pod.isMirror()).isFalse();
  }

  @Test
  void theTimeOfTheApiServerIsKnownBeforeTheFirstPod() {
    var order = new ArrayList<String>();
    pages = 1;
    new PendingPods(client)
        .read(Optional.of("ns"), Optional.empty(), _ -> order.add("time"), _ -> order.add("pod"));
    assertThat(order.getFirst()).isEqualTo("time");
    assertThat(order).containsOnlyOnce("time");
  }

  @Test
  void whatTheApiServerAnswersIsThrown() {
    code = 403;
    assertThatThrownBy(() -> read(Optional.empty(), Optional.empty()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    assertThat(asked).containsExactly("/api/v1/pods?limit=500&fieldSelector=status.phase=Pending");
  }

  private List<PodView> read(Optional<String> namespace, Optional<String> serviceAccount) {
    var found = new ArrayList<PodView>();
    new PendingPods(client).read(namespace, serviceAccount, _ -> {}, found::add);
    return found;
  }

  private void answer(HttpExchange exchange) throws IOException {
    var query = exchange.getRequestURI().getRawQuery();
    asked.add(
        exchange.getRequestURI().getPath()
            + "?"
            + URLDecoder.decode(query, StandardCharsets.UTF_8));
    var page = asked.size();
    exchange.sendResponseHeaders(code, 0);
    try (var body = exchange.getResponseBody()) {
      var more = page < pages ? ", \"continue\": \"page %s/+\"".formatted(page) : "";
      body.write(bytes("{\"kind\": \"PodList\", \"metadata\": {\"resourceVersion\": \"1\"" + more));
      body.write(bytes("}, \"items\": ["));
      if (isStalled) {
        body.flush();
        isOver.await();
      }
      for (int i = 0; i < PendingPods.PAGE; i++) {
        if (i == 7) {
          body.write(
              bytes(",{\"metadata\": {\"managedFields\": [{\"%s\": {}}]}}".formatted(longName)));
        }
        body.write(bytes((i == 0 ? "" : ",") + pod("pod-%s-%s".formatted(page, i))));
      }
      body.write(bytes(", {\"metadata\": {}}, {}]}"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String pod(String name) {
    return """
    {"metadata": {"name": "%s", "namespace": "ns", "uid": "u", "resourceVersion": "7",
      "creationTimestamp": "2026-03-01T12:00:00Z", "annotations": {"a": "%s"},
      "ownerReferences": [{"kind": "X", "name": "y"},
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "controller": true}]},
     "spec": {"serviceAccountName": "runner", "imagePullSecrets": [{"name": "one"}, {}],
      "initContainers": [{"name": "init", "image": "init:1"}],
      "containers": [{"name": "app", "image": "app:1"}, {"name": "up", "image": "up:1"}]},
     "status": {"phase": "Pending",
      "initContainerStatuses": [{"name": "init", "state": {"waiting": {"reason": "ErrImagePull"}}}],
      "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no"}}},
        {"name": "up", "state": {"waiting": {"reason": "ContainerCreating"}}}]}}
    """
        .formatted(name, "x".repeat(padding));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
