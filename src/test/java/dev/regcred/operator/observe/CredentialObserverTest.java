package dev.regcred.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.clock.SettableClock;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.memory.DriftHistory;
import dev.regcred.operator.source.SecretKeySource;
import dev.regcred.operator.source.SecretReader;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.credential.Admission;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.SourceValue;
import dev.regcred.plan.credential.SourceValues;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private String answered = SECRET;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client =
      KubernetesClients.create(
          new ConfigBuilder(Config.empty())
              .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
              .build());
  private final ObjectRequests requests = new ObjectRequests(client);

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  /** Anybody who may edit a Secret can name as many in its mark as it holds. */
  @Test
  void ofTheNamesInAMarkThatNoWatchKnowsItAsksForAFew() {
    var metadata = read(SECRET, SecretMetadata.class);
    assertThat(metadata.markEntries()).hasSize(150);
    var cache = ClusterViews.answering("secret", _ -> Optional.of(metadata));
    var observed = look(cache, "pull");
    assertThat(Objects.requireNonNull(observed.namespace().target().current()).markEntries())
        .hasSize(150);
    assertThat(observed.namespace().target().others()).isEmpty();
    assertThat(asked)
        .filteredOn(path -> path.contains("/registrycredentials/"))
        .hasSize(CredentialObserver.MAX_ASKED);
    assertThat(asked).filteredOn(path -> path.endsWith("/secrets/pull")).hasSize(1);
  }

  /** Anybody who may edit Secrets can put the mark on as many as there is room for. */
  @ParameterizedTest
  @CsvSource({
    "kubernetes.io/dockerconfigjson, 4, 4",
    "Opaque,                         0, 32",
  })
  void ofTheSecretsThatAreMarkedForItItTakesInAFew(String type, int known, int read) {
    answered = SECRET.replace("kubernetes.io/dockerconfigjson", type);
    var names = IntStream.range(0, 5_000).mapToObj("marked-%s"::formatted).toList();
    var cache =
        ClusterViews.answering(
            Map.of(
                "secret", _ -> Optional.of(read(SECRET, SecretMetadata.class)),
                "secretsKeptFor", _ -> names));
    var observed = look(cache, "n0");
    assertThat(observed.namespace().leftovers()).hasSize(known);
    assertThat(observed.namespace().hasMore()).isTrue();
    assertThat(asked).filteredOn(path -> path.contains("/secrets/marked-")).hasSize(read);
  }

  /** Sources of a megabyte each, of as many credentials as may share a Secret. */
  @Test
  void whatIsReadIsKeptAsFarAsThereIsRoom() {
    answered = secret(SecretReader.MAX_KEPT * 2 / 5);
    var cache =
        ClusterViews.answering("secret", _ -> Optional.of(read(SECRET, SecretMetadata.class)));
    var reader = new SecretReader(requests, cache, null);
    for (int round = 0; round < 2; round++) {
      IntStream.range(0, 10)
          .mapToObj("source-%s"::formatted)
          .forEach(name -> assertThat(reader.secret("team", name)).isPresent());
    }
    assertThat(asked).hasSize(2 + 8 * 2);
    reader.forgetChanged(); // All are of the version that the watch knows.
    assertThat(reader.secret("team", "source-0")).isPresent();
    assertThat(asked).hasSize(2 + 8 * 2);
  }

  /** Else they could be of two versions of it. */
  @Test
  void bothValuesOfACredentialAreReadAtOnce() {
    answered = secret(SecretReader.MAX_KEPT * 2);
    var cache =
        ClusterViews.answering("secret", _ -> Optional.of(read(SECRET, SecretMetadata.class)));
    var credential =
        read(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"pull","uid":"c","generation":1},
             "spec":{"registryRef":{"kind":"Registry","name":"main"},"email":"team@example.com",
               "publicValueFrom":{"secretKeyRef":{"name":"account","key":"user"}},
               "secretValueFrom":{"secretKeyRef":{"name":"account","key":"password"}}}}
            """,
            RegistryCredential.class);
    var values = values(cache, credential);
    assertThat(values.userName()).isEqualTo(new SourceValue.Present("robot"));
    assertThat(values.password()).isEqualTo(new SourceValue.Present("secret"));
    assertThat(asked).hasSize(1);
    assertThat(values(cache, credential).version()).isEqualTo(values.version());
    for (String other : List.of("\"uid\":\"v\"", "\"resourceVersion\":\"2\"")) {
      answered =
          secret(1)
              .replace(
                  other.startsWith("\"u") ? "\"uid\":\"u\"" : "\"resourceVersion\":\"1\"", other);
      assertThat(values(cache, credential).version()).as(other).isNotEqualTo(values.version());
    }
  }

  private SourceValues values(ClusterView cache, RegistryCredential credential) {
    return new SecretKeySource(new SecretReader(requests, cache, null), "team", false)
        .read(Objects.requireNonNull(credential.getSpec()));
  }

  /** There is no room for more in a Secret, but 200 could ask for thirteen times that. */
  @Test
  void ofTheValuesOfOtherCredentialsItReadsAsMuchAsThereIsRoomFor() {
    var longest =
        Base64.getEncoder().encodeToString("p".repeat(65_536).getBytes(StandardCharsets.UTF_8));
    answered = secret(0).replace("c2VjcmV0", longest);
    var others =
        IntStream.range(0, 100).mapToObj(i -> credential("other-" + i, "source-" + i)).toList();
    var registry =
        read(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"Registry","metadata":{"name":"main","generation":1},
             "spec":{"serverAddress":"registry.example.com"},"status":{"state":"Active"}}
            """,
            Registry.class);
    var cache =
        ClusterViews.answering(
            Map.of(
                "secret", _ -> Optional.of(read(SECRET, SecretMetadata.class)),
                "registry", _ -> Optional.of(registry),
                "credentialsOfSecret", _ -> others));
    assertThat(look(cache, "pull").namespace().target().others())
        .hasSize(100)
        .filteredOn(other -> other.values().password() instanceof SourceValue.Present)
        .hasSize(31); // Of 65,536 bytes, and the user names.
  }

  private static String secret(long characters) {
    return """
    {"apiVersion":"v1","kind":"Secret","type":"Opaque",
     "metadata":{"namespace":"team","name":"account","uid":"u","resourceVersion":"1"},
     "data":{"user":"cm9ib3Q=","password":"c2VjcmV0","more":"%s"}}
    """
        .formatted("m".repeat((int) characters));
  }

  private CredentialSnapshot look(ClusterView cache, String name) {
    var clock = new SettableClock();
    return new CredentialObserver(
            requests,
            cache,
            new DriftHistory(clock, _ -> {}),
            clock.instant(),
            new SecretReader(requests, cache, null),
            "regcred-system",
            (_, _, _) -> Admission.PUBLISH)
        .observe(credential(name));
  }

  private RegistryCredential credential(String name) {
    return credential(name, "account");
  }

  private RegistryCredential credential(String name, String source) {
    return read(
        """
        {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
         "metadata":{"namespace":"team","name":"%s","uid":"c","generation":1,
           "creationTimestamp":"2026-01-01T00:00:00Z"},
         "spec":{"registryRef":{"kind":"Registry","name":"main"},"email":"team@example.com",
           "publicValue":"robot",
           "target":{"secretName":"pull"},
           "secretValueFrom":{"secretKeyRef":{"name":"%s","key":"password"}}}}
        """
            .formatted(name, source),
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
              ? answered
              : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}";
      var bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(isSecret ? 200 : 404, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
