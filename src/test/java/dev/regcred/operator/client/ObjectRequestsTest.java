package dev.regcred.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests are written; what their errors mean is in {@link FailureClassifierTest}. */
class ObjectRequestsTest {
  private static final String SECRET =
      """
      {"kind":"Secret","apiVersion":"v1","type":"Opaque","data":{"password":"cw=="},
       "metadata":{"namespace":"team","name":"account","uid":"u","resourceVersion":"7"}}
      """;

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> identities = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private String answer = SECRET;
  private List<String> accepted = List.of();

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** A request, and how it is written. */
  record Row(String written, Consumer<ObjectRequests> request) {
    @Override
    public String toString() {
      return written;
    }
  }

  static Stream<Row> rows() {
    var registry = named(new Registry(), "team");
    return Stream.of(
        new Row(
            "GET /api/v1/namespaces/team/secrets/x",
            requests -> requests.get(Secret.class, "team", "x")),
        new Row(
            "PATCH /apis/regcred.dev/v1alpha1/namespaces/team/registries/x"
                + " application/merge-patch+json {\"a\":null}",
            requests -> requests.mergePatch(registry, Collections.singletonMap("a", null))),
        new Row(
            "PATCH /apis/regcred.dev/v1alpha1/clusterregistries/x application/merge-patch+json {}",
            requests -> requests.mergePatch(named(new ClusterRegistry(), null), Map.of())),
        new Row(
            "PATCH /api/v1/namespaces/team/serviceaccounts/x application/json-patch+json [{}]",
            requests ->
                requests.jsonPatch(named(new ServiceAccountMetadata(), "team"), List.of(Map.of()))),
        new Row(
            "PUT /apis/regcred.dev/v1alpha1/namespaces/team/registries/x/status application/json"
                + " {\"apiVersion\":\"regcred.dev/v1alpha1\",\"kind\":\"Registry\","
                + "\"metadata\":{\"name\":\"x\",\"namespace\":\"team\"}}",
            requests -> requests.updateStatus(registry)),
        new Row(
            "POST /api/v1/namespaces/team/secrets application/json {\"apiVersion\":\"v1\","
                + "\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\",\"namespace\":\"team\"}}",
            requests -> requests.create(Secrets.named("team", "x"))),
        new Row(
            "DELETE /api/v1/namespaces/team/secrets/x application/json"
                + " {\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\","
                + "\"preconditions\":{\"resourceVersion\":\"7\",\"uid\":\"u\"}}",
            requests -> requests.delete(Secret.class, "team", "x", new Preconditions("7", "u"))));
  }

  private static <T extends HasMetadata> T named(T object, @Nullable String namespace) {
    object.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName("x").build());
    return object;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRequestIsWrittenAsTheApiServerWantsIt(Row row) {
    answer = "{}";
    send(config -> config, row.request());
    assertThat(asked).containsExactly(row.written());
  }

  @Test
  void aServerMayHaveAPath() {
    send(
        config -> config.withMasterUrl(config.getMasterUrl() + "/k8s/clusters/c-1/"),
        requests -> requests.get(Secret.class, "team", "x"));
    assertThat(asked).containsExactly("GET /k8s/clusters/c-1/api/v1/namespaces/team/secrets/x");
  }

  @Test
  void anAnswerIsTheObjectAsItIsStored() {
    send(
        config -> config,
        requests -> {
          var secret = requests.mergePatch(Secrets.named("team", "account"), Map.of());
          assertThat(Secrets.pullSecret(secret).resourceVersion()).isEqualTo("7");
          assertThat(requests.get(Secret.class, "team", "account").orElseThrow().getData())
              .containsEntry("password", "cw==");
        });
  }

  @Test
  void whoMakesTheRequestIsSaidWithEach() {
    send(
        config ->
            config
                .withOauthToken("secret-token")
                .withImpersonateUsername("jane")
                .withImpersonateGroups("dev", "ops")
                .withImpersonateExtras(Map.of("scopes", List.of("view")))
                .withCustomHeaders(Map.of("Impersonate-Uid", "42")),
        requests -> requests.get(Secret.class, "team", "x"));
    assertThat(identities)
        .containsExactly(
            "Authorization: [Bearer secret-token]",
            "Impersonate-extra-scopes: [view]",
            "Impersonate-group: [dev, ops]",
            "Impersonate-uid: [42]",
            "Impersonate-user: [jane]",
            "User-agent: [regcred/v1alpha1]");
  }

  @Test
  void aPasswordIsSaidToo() {
    send(
        config -> config.withUsername("jane").withPassword("pass"),
        requests -> requests.get(Secret.class, "team", "x"));
    assertThat(identities).contains("Authorization: [Basic amFuZTpwYXNz]");
  }

  /** A token that runs out while the operator works, as a kubelet's does each hour. */
  @Test
  void aTokenThatIsRefusedIsReplacedOnce() {
    accepted = List.of("Bearer new");
    var tokens = new Tokens("old", "new");
    send(
        config -> config.withOauthTokenProvider(tokens),
        requests -> {
          assertThat(requests.get(Secret.class, "team", "x")).isPresent();
          assertThat(requests.get(Secret.class, "team", "x")).isPresent();
        });
    assertThat(asked).hasSize(3);
    assertThat(tokens.refused).containsExactly("old");
  }

  /** Those that go through the client's typed interface ask by it as well. */
  @Test
  void aListAndAWatchReplaceATokenThatIsRefused() {
    accepted = List.of("Bearer new");
    answer = "{\"kind\":\"SecretList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[]}";
    try (var client = client(config -> config.withOauthTokenProvider(new Tokens("old", "new")))) {
      assertThat(client.secrets().inNamespace("team").list().getItems()).isEmpty();
    }
    try (var client = client(config -> config.withOauthTokenProvider(new Tokens("old", "new")));
        var watch = client.secrets().inNamespace("team").withName("x").watch(new Deaf())) {
      assertThat(watch).isNotNull();
    }
    assertThat(identities.stream().filter(header -> header.startsWith("Authorization")))
        .startsWith(
            "Authorization: [Bearer old]",
            "Authorization: [Bearer new]",
            "Authorization: [Bearer old]",
            "Authorization: [Bearer new]");
  }

  /** A command that prints a token may take longer than a request may. */
  @Test
  void theTimeForATokenIsNotThatOfTheRequest() {
    var tokens =
        new Tokens("slow") {
          private boolean isThere;

          @Override
          public synchronized String getToken() {
            if (!isThere) {
              isThere = true;
              LockSupport.parkNanos(Duration.ofMillis(800).toNanos());
            }
            return super.getToken();
          }
        };
    send(
        config -> config.withOauthTokenProvider(tokens).withRequestTimeout(500),
        requests -> assertThat(requests.get(Secret.class, "team", "x")).isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void aNameIsNoPath(String name) {
    send(
        config -> config,
        requests ->
            assertThatThrownBy(
                    () -> requests.delete(Secret.class, "team", name, new Preconditions("7", "u")))
                .isInstanceOf(IllegalArgumentException.class));
    assertThat(asked).isEmpty();
  }

  @Test
  void aClosedClientSendsNothing() {
    var client = client(config -> config);
    client.close();
    assertThatThrownBy(() -> new ObjectRequests(client).get(Secret.class, "team", "x"))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void aTokenThatHasNoOtherIsNotSentAgain() {
    accepted = List.of("Bearer new");
    send(
        config -> config.withOauthTokenProvider(new Tokens("old")),
        requests ->
            assertThatThrownBy(() -> requests.get(Secret.class, "team", "x"))
                .isInstanceOfSatisfying(
                    KubernetesClientException.class,
                    refused -> assertThat(refused.getCode()).isEqualTo(401)));
    assertThat(asked).hasSize(1);
  }

  private void send(UnaryOperator<ConfigBuilder> change, Consumer<ObjectRequests> request) {
    try (var client = client(change)) {
      request.accept(new ObjectRequests(client));
    }
  }

  private KubernetesClient client(UnaryOperator<ConfigBuilder> change) {
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort());
    return KubernetesClients.create(change.apply(config).build());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      var type = headers.getFirst("Content-Type");
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + (type == null ? "" : " " + type.replaceFirst(";.*", "") + " " + body));
      headers.entrySet().stream()
          .filter(header -> header.getKey().matches("Authorization|Impersonate-.*|User-agent"))
          .map(header -> header.getKey() + ": " + header.getValue())
          .sorted()
          .forEach(identities::add);
      var isAccepted = accepted.isEmpty() || accepted.contains(headers.getFirst("Authorization"));
      var bytes = (isAccepted ? answer : "{}").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(isAccepted ? 200 : 401, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Tokens, of which the next one comes when one is refused. */
  private static class Tokens implements RenewableToken {
    private final Deque<String> tokens;
    private final List<String> refused = new ArrayList<>();

    Tokens(String... tokens) {
      this.tokens = new ArrayDeque<>(List.of(tokens));
    }

    @Override
    public String getToken() {
      return tokens.getFirst();
    }

    @Override
    public void refuse(String token) {
      refused.add(token);
      if (tokens.size() > 1) {
        tokens.removeFirst();
      }
    }
  }

  private static final class Deaf implements Watcher<Secret> {
    @Override
    public void eventReceived(Action action, Secret secret) {}

    @Override
    public void onClose(WatcherException cause) {}
  }
}
