package dev.regcred.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.clock.SettableClock;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a look asks the API server for. */
@Timeout(60)
class CredentialObserverTest {
  private static final String MARK =
      IntStream.range(0, 150)
          .mapToObj("{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"n%s\\\"}"::formatted)
          .collect(Collectors.joining(",", "[", "]"));

  private static final String SECRET =
      """
      {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/dockerconfigjson",
       "metadata":{"namespace":"team","name":"pull","uid":"u","resourceVersion":"1",
         "labels":{"regcred.dev/managed":"true"},
         "annotations":{"regcred.dev/contributors":"%s"}}}
      """
          .formatted(MARK);

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client =
      KubernetesClients.create(
          new ConfigBuilder(Config.empty())
              .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
              .build());

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  /** Anybody who may edit a Secret can name as many in its mark as it holds. */
  @Test
  void ofTheNamesInAMarkThatNoWatchKnowsItAsksForAFew() {
    var metadata = read(SECRET, SecretMetadata.class);
    assertThat(metadata.holdings()).hasSize(150);
    var cache = Caches.answering("secret", _ -> Optional.of(metadata));
    var clock = new SettableClock();
    var observed =
        new CredentialObserver(
                client,
                cache,
                new DriftHistory(clock, _ -> {}),
                clock.instant(),
                new SecretReads(client, cache, null),
                "regcred-system")
            .observe(credential());
    assertThat(Objects.requireNonNull(observed.place().target().current()).holdings()).hasSize(150);
    assertThat(observed.place().target().others()).isEmpty();
    assertThat(asked)
        .filteredOn(path -> path.contains("/registrycredentials/"))
        .hasSize(CredentialObserver.MAX_ASKED);
    assertThat(asked).filteredOn(path -> path.endsWith("/secrets/pull")).hasSize(1);
  }

  private RegistryCredential credential() {
    return read(
        """
        {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
         "metadata":{"namespace":"team","name":"pull","uid":"c","generation":1,
           "creationTimestamp":"2026-01-01T00:00:00Z"},
         "spec":{"registryRef":{"kind":"Registry","name":"main"},"email":"team@example.com",
           "publicValue":"robot",
           "secretValueFrom":{"secretKeyRef":{"name":"account","key":"password"}}}}
        """,
        RegistryCredential.class);
  }

  private <T> T read(String json, Class<T> type) {
    return Objects.requireNonNull(client.getKubernetesSerialization().unmarshal(json, type));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      asked.add(path);
      var isSecret = path.contains("/secrets/");
      var answer =
          isSecret
              ? SECRET
              : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}";
      var bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(isSecret ? 200 : 404, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
