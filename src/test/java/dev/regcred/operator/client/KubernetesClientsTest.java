package dev.regcred.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesClientsTest {
  private final KubernetesClient client = OfflineClient.create();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void whatManyCredentialsHaveInCommonIsInMemoryOnce() {
    var first = credential("first");
    var second = credential("second");
    assertThat(second.getMetadata().getNamespace())
        .isEqualTo("team")
        .isSameAs(first.getMetadata().getNamespace());
    assertThat(spec(second).email()).isEqualTo("team@example.com").isSameAs(spec(first).email());
    assertThat(second.getMetadata().getName()).isEqualTo("second");
  }

  @Test
  void theValuesOfSecretsAreNotKept() {
    assertThat(value()).isEqualTo("c2VjcmV0").isNotSameAs(value());
  }

  /**
   * A client certificate, and a kubeconfig that somebody has changed since. The client would look
   * into it when a request is refused, and before each one after a minute.
   */
  @Test
  void noKubeconfigIsReadByTheClientItself(@TempDir Path directory) throws IOException {
    var file =
        Files.writeString(
            directory.resolve("config"),
            """
            clusters: [{name: c, cluster: {server: "http://127.0.0.1"}}]
            users: [{name: u, user: {token: of-somebody-else}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
    var sent = new ArrayList<String>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          sent.add(
              exchange.getRequestHeaders().getOrDefault("Authorization", List.of()).toString());
          exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAUTHORIZED, -1);
          exchange.close();
        });
    server.start();
    var before = System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, file.toString());
    try (var refused = KubernetesClients.create(found("http:/" + server.getAddress()))) {
      var secret = refused.secrets().inNamespace("team").withName("account");
      assertThatThrownBy(secret::get).hasMessageContaining("Unauthorized");
      assertThat(sent).containsExactly("[]");
    } finally {
      if (before == null) {
        System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
      } else {
        System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, before);
      }
      server.stop(0);
    }
  }

  /** As the client's own search for a configuration would leave it, where that has no token. */
  private static Config found(String server) {
    return new ConfigBuilder(Config.empty()).withMasterUrl(server).withAutoConfigure(true).build();
  }

  private RegistryCredential credential(String name) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"%s"},
             "spec":{"registryRef":{"name":"main"},"email":"team@example.com","publicValue":"robot",
               "secretValueFrom":{"secretKeyRef":{"name":"account","key":"password"}}}}
            """
                .formatted(name),
            RegistryCredential.class);
  }

  private static RegistryCredentialSpec spec(RegistryCredential of) {
    return Objects.requireNonNull(of.getSpec());
  }

  private @Nullable String value() {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"password\":\"c2VjcmV0\"}}",
            Secret.class)
        .getData()
        .get("password");
  }
}
