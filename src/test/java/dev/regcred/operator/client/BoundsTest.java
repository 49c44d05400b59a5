package dev.regcred.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.Bounded;
import dev.regcred.operator.kinds.BoundedMetadata;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of an object that somebody has made as large as the API server lets it be. */
class BoundsTest {
  /** Up to which an object counts nothing. */
  private static final long USUAL_SIZE = 4_096;

  private final KubernetesClient client = OfflineClient.create();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aServiceAccountWithMoreLabelsThanAreServedIsIgnored() {
    var most = account(labels(BoundedMetadata.MAX_LABELS), "", pullSecrets(1));
    assertThat(most.ignored()).isEmpty();
    assertThat(most.view().labels()).hasSize(BoundedMetadata.MAX_LABELS);
    assertThat(most.view().pullSecrets()).containsExactly("pull-0");
    var more = account(labels(100_000), "", pullSecrets(1));
    assertThat(more.ignored()).contains("It has more than 64 labels.");
    assertThat(more.getMetadata().getName()).isEqualTo("runner");
    assertThat(more.size()).isZero();
  }

  @Test
  void aServiceAccountWithMorePullSecretsThanAreServedIsIgnored() {
    var most = account("", "", pullSecrets(ImagePullSecrets.MAX_PULL_SECRETS));
    assertThat(most.ignored()).isEmpty();
    assertThat(most.view().pullSecrets()).hasSize(ImagePullSecrets.MAX_PULL_SECRETS);
    var more = account("", "", pullSecrets(60_000));
    assertThat(more.ignored()).contains("It has more than 256 imagePullSecrets.");
    assertThat(more.size()).isZero();
  }

  /** What we never write is not ours: as many names, or such names. */
  @ParameterizedTest
  @ValueSource(ints = {257, 60_000})
  void aRecordThatIsMoreThanWeWriteNamesNothing(int names) {
    var serviceAccount = account("", record("x", names), pullSecrets(1));
    assertThat(serviceAccount.attached()).isEmpty();
    assertThat(serviceAccount.ignored()).isEmpty();
    assertThat(serviceAccount.size()).isLessThan(100);
    assertThat(account("", record("", 4), pullSecrets(1)).attached()).isEmpty();
    assertThat(account("", record("x", 256), pullSecrets(1)).attached()).hasSize(256);
  }

  /**
   * What is indexed costs far more than its text. A thousand ServiceAccounts with 60 short names
   * each would fill a quarter of the heap, and count nothing.
   */
  @Test
  void aNameThatIsIndexedCountsForWhatAnIndexKeeps() {
    assertThat(account("", record("x", 60), pullSecrets(1)).size()).isGreaterThan(60 * 500);
    assertThat(account("", record("x", 6), pullSecrets(6)).size())
        .as("what people have")
        .isLessThan(USUAL_SIZE);
    assertThat(secret(60, "p").size()).isGreaterThan(60 * 600);
    assertThat(secret(6, "pull").size()).isLessThan(USUAL_SIZE);
    var credential =
        read(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"pull"},"spec":{"registryRef":{"name":"main"},"email":"team@example.com",
             "serviceAccounts":[%s]}}
            """
                .formatted(
                    IntStream.range(0, 100)
                        .mapToObj(i -> "\"a" + i + "\"")
                        .collect(Collectors.joining(","))),
            RegistryCredential.class);
    assertThat(credential.size()).isGreaterThan(100 * 300);
  }

  @Test
  void aMarkThatIsMoreThanWeWriteNamesNobody() {
    assertThat(secret(OwnershipMark.MAX_ENTRIES, "pull").markEntries())
        .hasSize(OwnershipMark.MAX_ENTRIES);
    assertThat(secret(OwnershipMark.MAX_ENTRIES + 1, "pull").markEntries()).isEmpty();
    assertThat(secret(200, "p".repeat(200)).markEntries())
        .as("longer than a record may be")
        .isEmpty();
  }

  /** Beyond the bound of labels there may be ours. */
  @Test
  void theMarkIsFoundHoweverManyLabelsThereAre() {
    var secret =
        read(
            """
            {"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"s",
             "labels":{%s"regcred.dev/managed":"true"},"annotations":{%s}}}
            """
                .formatted(labels(1_000) + ",", contributors(1, "pull")),
            SecretMetadata.class);
    assertThat(secret.markEntries()).hasSize(1);
    assertThat(secret.getMetadata().getLabels()).isEmpty();
  }

  @Test
  void ofOurOwnResourcesNothingIsKeptThatNobodyAsksFor() {
    var credential =
        read(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"pull","uid":"u","generation":3,
               "finalizers":[%s],"labels":{%s},"annotations":{"note":"%s"},
               "ownerReferences":[{"name":"x"}]},
             "spec":{"registryRef":{"name":"main"},"email":"team@example.com"}}
            """
                .formatted(
                    IntStream.range(0, 500)
                        .mapToObj(i -> "\"example.com/f%s\"".formatted(i))
                        .collect(Collectors.joining(",")),
                    labels(1_000),
                    "n".repeat(200_000)),
            RegistryCredential.class);
    var metadata = credential.getMetadata();
    assertThat(metadata.getName()).isEqualTo("pull");
    assertThat(metadata.getGeneration()).isEqualTo(3);
    assertThat(metadata.getFinalizers()).hasSize(BoundedMetadata.MAX_FINALIZERS + 1);
    assertThat(metadata.getLabels()).isEmpty();
    assertThat(metadata.getAnnotations()).isEmpty();
    assertThat(metadata.getOwnerReferences()).isEmpty();
  }

  /**
   * Of 20 accounts of two megabytes a page has to come to little before the client holds it, and
   * has to be the same list all the same.
   */
  @Test
  void aListIsTrimmedWhileItComesIn() throws Exception {
    var large =
        "{\"metadata\":{"
            + accountMetadata(labels(60_000), record("x", 20_000))
            + ",\"managedFields\":[{\"manager\":\"kubectl\",\"time\":\"2026-01-01T00:00:00Z\",\"fieldsV1\":{"
            + labels(20_000)
            + "}}]},\"secrets\":"
            + pullSecrets(20_000)
            + ",\"imagePullSecrets\":"
            + pullSecrets(20_000)
            + "}";
    var small =
        "{\"metadata\":{"
            + accountMetadata(labels(2), record("x", 2))
            + "},\"imagePullSecrets\":"
            + pullSecrets(2)
            + "}";
    var list =
        "{\"kind\":\"ServiceAccountList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"c\"},\"items\":["
            + (large + ",").repeat(20)
            + small
            + "]}";
    var path = "/api/v1/serviceaccounts";
    try (var server = new Served(list)) {
      assertThat(list.length()).isGreaterThan(40_000_000);
      assertThat(server.get(path).length()).isLessThan(2_000_000);
      assertThat(server.get(path + "/runner")).as("no list").isEqualTo(list);
      assertThat(server.get(path + "?watch=true")).as("no list").isEqualTo(list);
      try (var watching =
          KubernetesClients.create(
              new ConfigBuilder().withAutoConfigure(false).withMasterUrl(server.url()).build())) {
        var read = watching.resources(ServiceAccountMetadata.class).inAnyNamespace().list();
        assertThat(read.getMetadata().getContinue()).isEqualTo("c");
        assertThat(read.getItems()).hasSize(21);
        assertThat(read.getItems().getFirst().ignored()).isPresent();
        var last = read.getItems().getLast();
        assertThat(last.ignored()).isEmpty();
        assertThat(last.attached()).containsExactly("x0", "x1");
        assertThat(last.view().pullSecrets()).containsExactly("pull-0", "pull-1");
        assertThat(last.view().hasAnnotations()).isTrue();
        assertThat(last.view().labels()).hasSize(2);
      }
    }
  }

  /** A page of objects that are as large as is served would be a quarter of the heap. */
  @Test
  void ofANamespaceOfLargeObjectsAPageHasAPart() throws Exception {
    var item =
        "{\"metadata\":{\"name\":\"a%s\",\"namespace\":\"%s\",\"uid\":\"u\",\"finalizers\":[\"f\"],\"labels\":{\"a\":\"b\"}},\"spec\":{\"description\":\"%s\"},\"status\":{\"state\":\"Active\"}}";
    var large = "d".repeat(100_000);
    var list =
        IntStream.range(0, 100)
            .mapToObj(i -> item.formatted(i, "team", large))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"kind\":\"RegistryCredentialList\",\"items\":[",
                    ","
                        + item.formatted("s", "team", "small")
                        + ","
                        + item.formatted("o", "other", large)
                        + "]}"));
    var path = "/apis/regcred.dev/v1alpha1/registrycredentials";
    try (var server = new Served(list)) {
      assertThat(server.get(path).length())
          .isLessThan((int) TrimmedLists.NAMESPACE_BUDGET + 500_000);
      try (var watching =
          KubernetesClients.create(
              new ConfigBuilder().withAutoConfigure(false).withMasterUrl(server.url()).build())) {
        var read = watching.resources(RegistryCredential.class).inAnyNamespace().list().getItems();
        assertThat(read).hasSize(102);
        assertThat(read.getFirst().ignored()).isEmpty();
        var ignored = read.get(99);
        assertThat(ignored.ignored())
            .hasValueSatisfying(why -> assertThat(why).contains("4194304"));
        assertThat(ignored.unreadableSpec()).startsWith("The namespace has more of that kind");
        assertThat(ignored.getMetadata().getName()).isEqualTo("a99");
        assertThat(ignored.getMetadata().getFinalizers()).containsExactly("f");
        assertThat(Objects.requireNonNull(ignored.getStatus()).state())
            .isEqualTo(LifecycleState.ACTIVE);
        assertThat(read.get(100).ignored()).as("a small one").isEmpty();
        assertThat(read.get(101).ignored()).as("another namespace's").isEmpty();
      }
    }
    for (Class<? extends Bounded> kind :
        List.of(ServiceAccountMetadata.class, SecretMetadata.class)) {
      assertThat(read("{\"metadata\":{\"name\":\"a\"},\"ignored\":\"Too many.\"}", kind).ignored())
          .contains("Too many.");
    }
  }

  /** Nor has one who may edit many namespaces a whole page, be the heap twice as large as it. */
  @Test
  void ofAPageTheLargeObjectsOfAllNamespacesHaveAPartAndThoseWithFewAreNotConcerned()
      throws Exception {
    var item =
        "{\"metadata\":{\"name\":\"a%s\",\"namespace\":\"%s\",\"uid\":\"u\"},\"spec\":{\"description\":\"%s\"}}";
    var list =
        IntStream.range(0, 400)
            .mapToObj(i -> item.formatted(i, "team-" + i % 20, "d".repeat(100_000)))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"kind\":\"RegistryCredentialList\",\"items\":[",
                    "," + item.formatted("o", "other", "d".repeat(60_000)) + "]}"));
    var path = "/apis/regcred.dev/v1alpha1/registrycredentials";
    try (var server = new Served(list)) {
      assertThat(server.get(path).length())
          .isBetween(
              (int) TrimmedLists.PAGE_BUDGET - 100_000,
              (int) TrimmedLists.PAGE_BUDGET + 20 * (int) TrimmedLists.NAMESPACE_SHARE + 500_000);
      try (var watching =
          KubernetesClients.create(
              new ConfigBuilder().withAutoConfigure(false).withMasterUrl(server.url()).build())) {
        var read = watching.resources(RegistryCredential.class).inAnyNamespace().list().getItems();
        assertThat(read.get(399).ignored())
            .hasValueSatisfying(why -> assertThat(why).contains("65536", "8388608"));
        assertThat(read.getLast().ignored()).as("another namespace's").isEmpty();
      }
    }
  }

  /** The client reads the object of an event as a tree first. */
  @Test
  void anEventIsTrimmedBeforeAnythingElseIsMadeOfIt() {
    var read =
        event(
            "MODIFIED",
            "{\"kind\":\"ServiceAccount\",\"apiVersion\":\"v1\",\"metadata\":{"
                + accountMetadata(labels(60_000), record("x", 2))
                + "},\"secrets\":"
                + pullSecrets(20_000)
                + ",\"imagePullSecrets\":"
                + pullSecrets(2)
                + "}");
    assertThat(read.getType()).isEqualTo("MODIFIED");
    var serviceAccount = (ServiceAccountMetadata) read.getObject();
    assertThat(serviceAccount.getMetadata().getName()).isEqualTo("runner");
    assertThat(serviceAccount.ignored()).contains("It has more than 64 labels.");
    var secret =
        (Secret)
            event(
                    "ADDED",
                    "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\",\"labels\":{%s}},\"data\":{\"a\":\"Yg==\"}}"
                        .formatted(labels(60_000)))
                .getObject();
    assertThat(secret.getMetadata().getName()).isEqualTo("s");
    assertThat(secret.getMetadata().getLabels()).hasSize(BoundedMetadata.MAX_LABELS + 1);
    assertThat(secret.getData()).as("nobody reads it").isNullOrEmpty();
  }

  /** By its code a watch knows that it has to begin anew. */
  @Test
  void anEventOfAnErrorIsReadWhole() {
    var read =
        event(
            "ERROR",
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"too"
                + " old\",\"reason\":\"Expired\",\"code\":410,\"details\":{\"retryAfterSeconds\":2}}");
    var status = (Status) read.getObject();
    assertThat(status.getCode()).isEqualTo(410);
    assertThat(status.getMessage()).isEqualTo("too old");
    assertThat(status.getDetails().getRetryAfterSeconds()).isEqualTo(2);
  }

  private WatchEvent event(String type, String object) {
    return read("{\"type\":\"%s\",\"object\":%s}".formatted(type, object), WatchEvent.class);
  }

  @Test
  void aListOfNothingAndOneThatIsNoneComeThrough() throws Exception {
    for (String list :
        new String[] {
          "{\"items\":[]}",
          "{\"items\":null}",
          "{\"kind\":\"List\",\"metadata\":{\"items\":[1,{\"a\":2}]},\"items\":[{\"metadata\":null},{\"metadata\":{\"labels\":null,\"finalizers\":null,\"annotations\":null,\"managedFields\":null},\"spec\":{\"items\":[1]}}]}"
        }) {
      try (var server = new Served(list)) {
        assertThat(server.get("/api/v1/secrets")).isEqualTo(list);
      }
    }
  }

  private ServiceAccountMetadata account(String labels, String record, String pullSecrets) {
    return read(
        "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{"
            + accountMetadata(labels, record)
            + "},\"imagePullSecrets\":"
            + pullSecrets
            + "}",
        ServiceAccountMetadata.class);
  }

  private static String accountMetadata(String labels, String record) {
    return "\"name\":\"runner\",\"namespace\":\"team\",\"labels\":{%s},\"annotations\":{%s}"
        .formatted(labels, record.isEmpty() ? "" : "\"regcred.dev/attached\":\"" + record + "\"");
  }

  private static String record(String name, int count) {
    return "["
        + IntStream.range(0, count)
            .mapToObj(i -> "\\\"" + name + (name.isEmpty() ? "" : i) + "\\\"")
            .collect(Collectors.joining(","))
        + "]";
  }

  private static String labels(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"label-%s\":\"\""::formatted)
        .collect(Collectors.joining(","));
  }

  private static String pullSecrets(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"name\":\"pull-%s\"}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String contributors(int count, String name) {
    return "\"regcred.dev/contributors\":\"["
        + IntStream.range(0, count)
            .mapToObj(
                i ->
                    "{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"%s%s\\\"}"
                        .formatted(name, i))
            .collect(Collectors.joining(","))
        + "]\"";
  }

  private SecretMetadata secret(int contributors, String name) {
    return read(
        """
        {"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"s",
         "labels":{"regcred.dev/managed":"true"},"annotations":{%s}}}
        """
            .formatted(contributors(contributors, name)),
        SecretMetadata.class);
  }

  private <T> T read(String json, Class<T> type) {
    return Objects.requireNonNull(client.getKubernetesSerialization().unmarshal(json, type));
  }

  /** A server that answers everything with the same. */
  private static final class Served implements AutoCloseable {
    private final HttpServer server;
    private final OkHttpClient http =
        new OkHttpClient.Builder().addInterceptor(new TrimmedLists()).build();

    Served(String body) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      server.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String get(String path) throws IOException {
      try (var response = http.newCall(new Request.Builder().url(url() + path).build()).execute()) {
        return Objects.requireNonNull(response.body()).string();
      }
    }

    @Override
    public void close() {
      server.stop(0);
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }
}
