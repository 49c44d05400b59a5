package dev.regcred.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Failure.Kind;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an API server's answers mean, read by the operator's own client. The bodies are what
 * kube-apiserver sends, word for word.
 */
class FailureClassifierTest {
  private static final String CANARY = "s3cr3t-canary";

  private final StubbornServer server = new StubbornServer();

  @AfterEach
  void stop() {
    server.close();
  }

  /**
   * An answer and what it means for a write.
   *
   * @param retryAfter the header, in seconds; null for none
   */
  record Answer(
      String what,
      int code,
      @Nullable Integer retryAfter,
      String body,
      Kind kind,
      Failure.RetryClass course,
      String message) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Answer> answers() {
    return Stream.of(
        new Answer(
            "conflict: an old resourceVersion",
            409,
            null,
            status(
                409,
                "Conflict",
                "Operation cannot be fulfilled on secrets \\\"pull\\\": the object has been"
                    + " modified; please apply your changes to the latest version and try again",
                "\"name\":\"pull\",\"kind\":\"secrets\""),
            Kind.CONFLICT,
            Failure.RetryClass.REPLANNED,
            "Could not change Secret pull: it changed meanwhile. It is tried again."),
        new Answer(
            "conflict: created meanwhile",
            409,
            null,
            status(
                409,
                "AlreadyExists",
                "secrets \\\"pull\\\" already exists",
                "\"name\":\"pull\",\"kind\":\"secrets\""),
            Kind.CONFLICT,
            Failure.RetryClass.REPLANNED,
            "Could not change Secret pull: it changed meanwhile. It is tried again."),
        new Answer(
            "conflict: deleted meanwhile",
            404,
            null,
            status(
                404,
                "NotFound",
                "secrets \\\"pull\\\" not found",
                "\"name\":\"pull\",\"kind\":\"secrets\""),
            Kind.CONFLICT,
            Failure.RetryClass.REPLANNED,
            "Could not change Secret pull: it changed meanwhile. It is tried again."),
        new Answer(
            "forbidden by RBAC",
            403,
            null,
            status(
                403,
                "Forbidden",
                "secrets \\\"pull\\\" is forbidden: User"
                    + " \\\"system:serviceaccount:regcred-system:regcred-operator\\\" cannot patch"
                    + " resource \\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"x\\\"",
                "\"name\":\"pull\",\"kind\":\"secrets\""),
            Kind.FORBIDDEN,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: it is forbidden (secrets \"pull\" is forbidden). Give the"
                + " operator's ServiceAccount the permission; it is tried again."),
        new Answer(
            "forbidden by a webhook that quotes the object",
            403,
            null,
            status(
                403,
                "Forbidden",
                "admission webhook \\\"secrets.example.com\\\" denied the request: no " + CANARY,
                ""),
            Kind.FORBIDDEN,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: admission webhook \"secrets.example.com\" forbids it. It"
                + " is tried again."),
        new Answer(
            "quota",
            403,
            null,
            status(
                403,
                "Forbidden",
                "secrets \\\"pull\\\" is forbidden: exceeded quota: narrow, requested:"
                    + " count/secrets=1, used: count/secrets=1, limited: count/secrets=1",
                "\"name\":\"pull\",\"kind\":\"secrets\""),
            Kind.QUOTA,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: a ResourceQuota of the namespace is used up. It is tried"
                + " again."),
        new Answer(
            "the namespace is terminating",
            403,
            null,
            status(
                403,
                "Forbidden",
                "secrets \\\"pull\\\" is forbidden: unable to create new content in namespace x"
                    + " because it is being terminated",
                "\"name\":\"pull\",\"kind\":\"secrets\",\"causes\":[{\"reason\":"
                    + "\"NamespaceTerminating\",\"message\":\"namespace x is being terminated\","
                    + "\"field\":\"metadata.namespace\"}]"),
            Kind.NAMESPACE_TERMINATING,
            Failure.RetryClass.TERMINAL,
            "Could not change Secret pull: the namespace is being deleted. It is tried again."),
        new Answer(
            "invalid, with the value in its message",
            422,
            null,
            status(
                422,
                "Invalid",
                "Secret \\\"pull\\\" is invalid: metadata.labels: Invalid value: \\\""
                    + CANARY
                    + "\\\": must be no more than 63 characters",
                "\"name\":\"pull\",\"kind\":\"Secret\",\"causes\":[{\"reason\":\"FieldValueInvalid\","
                    + "\"message\":\"Invalid value: \\\""
                    + CANARY
                    + "\\\"\",\"field\":\"metadata.labels\"}]"),
            Kind.REFUSED,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: the API server refuses it as Invalid (422) because of"
                + " metadata.labels. It is tried again."),
        new Answer(
            "refused by a policy",
            422,
            null,
            status(
                422,
                "Invalid",
                "secrets \\\"pull\\\" is forbidden: ValidatingAdmissionPolicy 'no-robots' with"
                    + " binding 'all' denied request: "
                    + CANARY,
                "\"name\":\"pull\",\"kind\":\"secrets\",\"causes\":[{\"message\":\""
                    + CANARY
                    + "\"}]"),
            Kind.REFUSED,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: ValidatingAdmissionPolicy 'no-robots' refuses it. It is"
                + " tried again."),
        new Answer(
            "a bad request",
            400,
            null,
            status(400, "BadRequest", "Secret in version \\\"v1\\\" cannot be handled", ""),
            Kind.REFUSED,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: the API server refuses it as BadRequest (400). It is tried"
                + " again."),
        new Answer(
            "too large",
            413,
            null,
            status(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728", ""),
            Kind.REFUSED,
            Failure.RetryClass.WAITING,
            "Could not change Secret pull: the API server refuses it as RequestEntityTooLarge (413)."
                + " It is tried again."),
        new Answer(
            "gone",
            410,
            null,
            status(410, "Expired", "too old resource version: 1 (2)", ""),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered Expired (410). It is tried"
                + " again."),
        new Answer(
            "an old token",
            401,
            null,
            status(401, "Unauthorized", "Unauthorized", ""),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered Unauthorized (401). It is tried"
                + " again."),
        new Answer(
            "the load is shed",
            429,
            1,
            "Too many requests, please try again later.\n",
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered with code 429. It is tried"
                + " again."),
        new Answer(
            "too many requests, in a Status",
            429,
            2,
            status(
                429,
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
                "\"retryAfterSeconds\":2"),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered TooManyRequests (429). It is tried"
                + " again."),
        new Answer(
            "a failure within",
            500,
            null,
            status(
                500,
                "InternalError",
                "Internal error occurred: etcdserver: request timed out " + CANARY,
                "\"causes\":[{\"message\":\"etcdserver: request timed out\"}]"),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered InternalError (500). It is tried"
                + " again."),
        new Answer(
            "shutting down",
            503,
            5,
            status(503, "ServiceUnavailable", "apiserver is shutting down", ""),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered ServiceUnavailable (503). It is"
                + " tried again."),
        new Answer(
            "timed out within",
            504,
            null,
            status(
                504,
                "Timeout",
                "Timeout: request did not complete within the allotted timeout",
                ""),
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered Timeout (504). It is tried"
                + " again."),
        new Answer(
            "an authorizer that fails, in text that is no YAML",
            500,
            null,
            "Internal Server Error: \"/api/v1/namespaces/x/secrets/pull\": webhook: no "
                + CANARY
                + "\n",
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered with code 500. It is tried"
                + " again."),
        new Answer(
            "a page with a style",
            503,
            null,
            "<html><style>\nbody { font: x }\n</style>@" + CANARY + "</html>",
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered with code 503. It is tried"
                + " again."),
        new Answer(
            "a gateway's own JSON",
            429,
            3,
            "{\"details\":\"" + CANARY + "\"}",
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered with code 429. It is tried"
                + " again."),
        new Answer(
            "a proxy in between",
            502,
            null,
            "<html><body>Bad Gateway</body></html>",
            Kind.API,
            Failure.RetryClass.RETRIED,
            "Could not change Secret pull: the API server answered with code 502. It is tried"
                + " again."));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void everyAnswerHasItsClass(Answer answer) {
    server.answer(answer.code(), answer.retryAfter(), answer.body());
    var failure = FailureClassifier.classify(write(server.config()), "change Secret pull");
    assertThat(failure)
        .isEqualTo(
            new Failure(
                answer.kind(),
                answer.message(),
                answer.retryAfter() == null ? null : Duration.ofSeconds(answer.retryAfter())));
    assertThat(failure.kind().retryClass()).isEqualTo(answer.course());
    assertThat(failure.message()).doesNotContain(CANARY);
  }

  @Test
  void whatTheServerSaysInTheBodyStaysWhereTheHeaderSaysOtherwise() {
    server.answer(
        429, 9, status(429, "TooManyRequests", "too many requests", "\"retryAfterSeconds\":2"));
    assertThat(FailureClassifier.classify(write(server.config()), "x").retryAfter())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aReadThatIsForbiddenSaysWhatWasToBeRead() {
    server.answer(
        403, null, status(403, "Forbidden", "secrets \\\"account\\\" is forbidden: no", ""));
    var failure = FailureClassifier.classifyRead(read(server.config()));
    assertThat(failure.kind()).isEqualTo(Kind.FORBIDDEN);
    assertThat(failure.message()).startsWith("Could not read secrets/account: it is forbidden");
  }

  /** A page to log in, to which a gateway has sent the request on. */
  @ParameterizedTest
  @ValueSource(strings = {"<html>a: b: c " + CANARY + "</html>", "[]", "", "{\"metadata\": 1}"})
  void anAnswerThatIsNoObjectIsNone(String answer) {
    server.answer(200, null, answer);
    var write =
        failure(
            server.config(),
            client -> new ObjectRequests(client).mergePatch(Secrets.named("x", "pull"), Map.of()));
    assertThat(FailureClassifier.classify(write, "x").kind()).isEqualTo(Kind.API);
    assertThat(write).hasMessageNotContaining(CANARY).hasNoCause();
  }

  @Test
  void aReadIsNeverAConflict() {
    server.answer(409, null, status(409, "Conflict", "what the server may mean by that", ""));
    assertThat(FailureClassifier.classifyRead(read(server.config())).kind()).isEqualTo(Kind.API);
  }

  @Test
  void aServerThatIsNotThereIsNotReached() throws IOException {
    // A port that is bound is nobody else's, and without a listener it refuses each connection.
    try (var bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var config =
          new ConfigBuilder(Config.empty())
              .withMasterUrl("http://127.0.0.1:" + bound.getLocalPort())
              .build();
      assertThat(FailureClassifier.classifyRead(read(config)))
          .isEqualTo(
              new Failure(
                  Kind.API,
                  "Could not read secrets/account: the API server was not reached. It is tried"
                      + " again.",
                  null));
      assertThat(FailureClassifier.classify(write(config), "x").message())
          .isEqualTo("Could not x: the API server was not reached. It is tried again.");
    }
  }

  @Test
  void aServerThatIsSilentDidNotAnswerInTime() throws IOException {
    try (var silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      var config =
          new ConfigBuilder(Config.empty())
              .withMasterUrl("http://127.0.0.1:" + silent.getLocalPort())
              .withRequestTimeout(200)
              .build();
      assertThat(FailureClassifier.classify(write(config), "x"))
          .isEqualTo(
              new Failure(
                  Kind.API,
                  "Could not x: the API server did not answer in time. It is tried again.",
                  null));
      assertThat(FailureClassifier.classifyRead(read(config)).message())
          .contains("did not answer in time");
    }
  }

  @Test
  void theLongerTimeIsWaitedFor() {
    var failure = new Failure(Kind.API, "x", Duration.ofSeconds(2));
    assertThat(failure.notBefore(null)).isEqualTo(failure);
    assertThat(failure.notBefore(Duration.ofSeconds(1))).isEqualTo(failure);
    assertThat(failure.notBefore(Duration.ofSeconds(3)).retryAfter())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(new Failure(Kind.API, "x", null).notBefore(Duration.ofSeconds(3)).retryAfter())
        .isEqualTo(Duration.ofSeconds(3));
  }

  /** Both ways of a request say the same. */
  private static KubernetesClientException write(Config config) {
    var typed =
        failure(
            config,
            client ->
                client.raw(
                    "/api/v1/namespaces/x/secrets/pull", "DELETE", "{\"kind\":\"DeleteOptions\"}"));
    var direct =
        failure(
            config,
            client -> new ObjectRequests(client).mergePatch(Secrets.named("x", "pull"), Map.of()));
    assertThat(FailureClassifier.classify(direct, "x"))
        .isEqualTo(FailureClassifier.classify(typed, "x"));
    return direct;
  }

  private static KubernetesClientException read(Config config) {
    var typed =
        failure(config, client -> client.secrets().inNamespace("x").withName("account").get());
    var direct =
        failure(config, client -> new ObjectRequests(client).get(Secret.class, "x", "account"));
    assertThat(FailureClassifier.classifyRead(direct))
        .isEqualTo(FailureClassifier.classifyRead(typed));
    return direct;
  }

  private interface Request {
    @Nullable Object send(KubernetesClient client);
  }

  private static KubernetesClientException failure(Config config, Request request) {
    try (var client = KubernetesClients.create(config)) {
      return catchThrowableOfType(KubernetesClientException.class, () -> request.send(client));
    }
  }

  private static String status(int code, String reason, String message, String details) {
    return """
    {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s",\
    "details":{%s},"code":%d}
    """
        .formatted(message, reason, details, code);
  }

  /** Says the same to everybody. */
  private static final class StubbornServer implements AutoCloseable {
    private final HttpServer http;

    StubbornServer() {
      try {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    void answer(int code, @Nullable Integer retryAfter, String body) {
      http.createContext(
          "/",
          exchange -> {
            try (exchange) {
              var bytes = body.getBytes(StandardCharsets.UTF_8);
              exchange
                  .getResponseHeaders()
                  .set(
                      "Content-Type",
                      body.startsWith("{") ? "application/json" : "text/plain; charset=utf-8");
              if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter.toString());
              }
              exchange.sendResponseHeaders(code, bytes.length);
              exchange.getResponseBody().write(bytes);
            }
          });
      http.start();
    }

    Config config() {
      return new ConfigBuilder(Config.empty())
          .withMasterUrl("http://127.0.0.1:" + http.getAddress().getPort())
          .build();
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }
}
