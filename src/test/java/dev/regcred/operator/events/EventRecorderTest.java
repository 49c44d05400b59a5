package dev.regcred.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.clock.SettableClock;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.status.EventContent;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent, and what is dropped; what the API server does with it, {@code EventIT} shows. */
@Timeout(60)
class EventRecorderTest {
  private static final EventContent STALLED = happening("There is no Secret account.");
  private static final EventContent OTHER = happening("There is no Registry main.");

  /** As the API server was asked; the reads that the client makes before a patch left out. */
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

  /** The codes that it answers with, before it answers that all is well. */
  private final BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();

  private volatile @Nullable String retryAfter;

  private final CountDownLatch answers = new CountDownLatch(1);
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client = KubernetesClients.create(config());
  private final AtomicInteger dropped = new AtomicInteger();
  private final EventRecorder recorder =
      new EventRecorder(client, new SettableClock(), "here", dropped::incrementAndGet);

  private record Request(String method, String path, String body) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  @AfterEach
  void stop() {
    answers.countDown();
    recorder.close();
    client.close();
    server.stop(0);
  }

  @Test
  void whatHappensIsToldOfItsResource() throws Exception {
    answers.countDown();
    recorder.recordEvents(credential(), List.of(STALLED, OTHER));
    var first = request();
    assertThat(first.method()).isEqualTo("POST");
    assertThat(first.path()).isEqualTo("/apis/events.k8s.io/v1/namespaces/team/events");
    assertThat(first.json().at("/note").asText()).isEqualTo(STALLED.note());
    assertThat(first.json().at("/regarding"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"apiVersion": "regcred.dev/v1alpha1", "kind": "RegistryCredential",
                     "namespace": "team", "name": "pull", "uid": "uid", "resourceVersion": "7"}
                    """));
    assertThat(first.json().at("/reportingInstance").asText()).isEqualTo("here");
    assertThat(request().json().at("/note").asText()).isEqualTo(OTHER.note());
    recorder.close();
    assertThat(requests).isEmpty();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void whatRepeatsItselfIsCountedOnOneEventAtTheEndAtTheLatest() throws Exception {
    answers.countDown();
    recorder.recordEvents(credential(), Collections.nCopies(3, STALLED));
    var event = request();
    recorder.close();
    assertThat(event.method()).isEqualTo("POST");
    var count = request();
    assertThat(count.method()).isEqualTo("PATCH");
    assertThat(count.path())
        .isEqualTo(event.path() + "/" + event.json().at("/metadata/name").asText());
    assertThat(count.json().at("/series/count").asInt()).isEqualTo(3);
    assertThat(requests).isEmpty();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void oneThatIsRefusedIsDroppedAndToldAnewTheNextTime() throws Exception {
    answers.countDown();
    codes.add(403);
    recorder.recordEvents(credential(), List.of(STALLED, STALLED));
    assertThat(List.of(request().method(), request().method())).containsExactly("POST", "POST");
    recorder.close();
    assertThat(requests).isEmpty();
    assertThat(dropped).hasValue(1);
  }

  @Test
  void oneThatFailsIsSentAgain() throws Exception {
    answers.countDown();
    codes.addAll(List.of(500, 503));
    recorder.recordEvents(credential(), List.of(STALLED));
    var names =
        List.of(
            request().json().at("/metadata/name").asText(),
            request().json().at("/metadata/name").asText(),
            request().json().at("/metadata/name").asText());
    assertThat(names).as("so that it is one Event").containsOnly(names.getFirst());
    recorder.close();
    assertThat(requests).isEmpty();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void afterThreeAttemptsItIsDropped() throws Exception {
    answers.countDown();
    codes.addAll(List.of(500, 500, 500));
    recorder.recordEvents(credential(), List.of(STALLED, OTHER));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(request().json().at("/note").asText()).isEqualTo(STALLED.note());
    }
    assertThat(request().json().at("/note").asText()).isEqualTo(OTHER.note());
    assertThat(dropped).hasValue(1);
  }

  @Test
  void oneWhoseAnswerWasLostIsThere() throws Exception {
    answers.countDown();
    codes.addAll(List.of(500, 409));
    recorder.recordEvents(credential(), List.of(STALLED));
    recorder.recordEvents(credential(), List.of(OTHER));
    request();
    request();
    assertThat(request().json().at("/note").asText()).isEqualTo(OTHER.note());
    assertThat(dropped).hasValue(0);
  }

  /** At the first attempt a conflict means another Event of that name. */
  @Test
  void aConflictAtTheFirstAttemptIsNoSuccess() throws Exception {
    answers.countDown();
    codes.add(409);
    recorder.recordEvents(credential(), List.of(STALLED, OTHER));
    request();
    request();
    recorder.close();
    assertThat(dropped).hasValue(1);
  }

  /**
   * As long as the API server does not answer, nobody waits for it, and memory does not grow; and
   * who makes much happen in one namespace leaves room for others.
   */
  @Test
  void whatIsMoreThanAThousandOrHalfOfThatInOneNamespaceIsDropped() throws Exception {
    recorder.recordEvents(credential("hostile"), List.of(STALLED));
    request(); // It is under way, and its place is free again.
    recorder.recordEvents(credential("hostile"), Collections.nCopies(500, STALLED));
    assertThat(dropped).hasValue(0);
    recorder.recordEvents(credential("hostile"), List.of(STALLED, OTHER));
    assertThat(dropped).hasValue(2);
    recorder.recordEvents(credential("team"), Collections.nCopies(499, OTHER));
    recorder.recordEvents(credential("another"), List.of(OTHER));
    assertThat(dropped).hasValue(2);
    recorder.recordEvents(credential("another"), List.of(OTHER));
    assertThat(dropped).hasValue(3);
    answers.countDown();
    recorder.close();
    assertThat(request().path()).contains("/team/");
    assertThat(request().path()).contains("/another/");
    assertThat(request().json().at("/series/count").asInt()).isEqualTo(501);
    assertThat(dropped).hasValue(3);
  }

  /** Nor does it wait until then. */
  @Test
  void whoeverIsClosedTriesNothingAgain() throws Exception {
    answers.countDown();
    codes.add(503);
    retryAfter = "45";
    recorder.recordEvents(credential(), List.of(STALLED));
    request();
    recorder.close();
    assertThat(requests).isEmpty();
    assertThat(dropped).hasValue(1);
  }

  /** A scheduler does not run again what has thrown. */
  @Test
  void afterAFaultThatNobodyThoughtOfTheCountIsWrittenAllTheSame() throws Exception {
    answers.countDown();
    var isBroken = new AtomicBoolean();
    var broken = new CountDownLatch(1);
    var clock =
        new Clock() {
          private final Clock time = new SettableClock();

          @Override
          public Instant instant() {
            if (isBroken.get()) {
              broken.countDown();
              throw new IllegalStateException("A fault that the test is about");
            }
            return time.instant();
          }

          @Override
          public ZoneId getZone() {
            return time.getZone();
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    try (var often =
        new EventRecorder(client, clock, "here", dropped::incrementAndGet, Duration.ofMillis(20))) {
      isBroken.set(true);
      broken.await();
      isBroken.set(false);
      often.recordEvents(credential(), List.of(STALLED, STALLED));
      assertThat(request().method()).isEqualTo("POST");
      assertThat(request().method()).as("the count, before the end").isEqualTo("PATCH");
    }
  }

  /** What is not told for want of time is dropped, and the flush at the end is no Event. */
  @Test
  void whoeverIsClosedWhileTheApiServerIsSilentCountsWhatWasLeft() throws Exception {
    recorder.recordEvents(credential(), List.of(STALLED));
    request(); // It is under way.
    recorder.recordEvents(credential(), List.of(OTHER, OTHER, OTHER));
    recorder.close();
    assertThat(dropped.get()).as("with or without the one that was under way").isIn(3, 4);
  }

  @Test
  void whatHappensAfterTheEndIsDropped() {
    recorder.close();
    recorder.recordEvents(credential(), List.of(STALLED, OTHER));
    assertThat(dropped).hasValue(2);
    recorder.close();
  }

  private Request request() throws InterruptedException {
    return Objects.requireNonNull(requests.poll(30, TimeUnit.SECONDS));
  }

  private static EventContent happening(String note) {
    return new EventContent(EventContent.Type.WARNING, "SourceNotFound", "Reconcile", note);
  }

  private static RegistryCredential credential() {
    return credential("team");
  }

  private static RegistryCredential credential(String namespace) {
    var credential = new RegistryCredential();
    var uid = "uid" + (namespace.equals("team") ? "" : "-" + namespace);
    credential.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName("pull")
            .withUid(uid)
            .withResourceVersion("7")
            .build());
    return credential;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var isRead = exchange.getRequestMethod().equals("GET");
      if (!isRead) {
        requests.add(
            new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body));
        answers.await();
      }
      var code = isRead ? null : codes.poll();
      var answer =
          code == null
              ? "{\"kind\":\"Event\",\"apiVersion\":\"events.k8s.io/v1\",\"metadata\":{\"name\":\"e\"}}"
              : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":%s}"
                  .formatted(code);
      if (retryAfter != null) {
        exchange.getResponseHeaders().set("Retry-After", retryAfter);
      }
      var bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code == null ? 200 : code, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .build();
  }
}
