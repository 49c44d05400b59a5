package dev.regcred.operator.kubeconfig;

import static dev.regcred.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the API server takes the operator for, by kubeconfigs that people have. */
class KubeconfigIT {
  private static final String OPERATOR = "system:serviceaccount:regcred-system:regcred-operator";
  private static final String OTHER = "system:serviceaccount:regcred-system:default";
  private static final String PLUGIN =
      "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode:"
          + " Never}";

  private final Installation installation = Installation.shared();
  private final KubernetesClient admin = installation.admin();
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable KubernetesClient client;

  @TempDir private Path directory = Path.of("");

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  @Test
  void whoIsImpersonatedHasHisRightsAndNoOthers() throws IOException {
    var user =
        connect(
                cluster(""),
                administrator()
                    + ", as: jane, as-uid: u-1, as-groups: [team, 'system:authenticated'],"
                    + " as-user-extra: {example.com/scope: [a, b]}")
            .whoAmI();
    assertThat(user.path("username").asText()).isEqualTo("jane");
    assertThat(user.path("uid").asText()).isEqualTo("u-1");
    assertThat(user.path("groups").toString()).contains("team");
    assertThat(user.path("extra").path("example.com/scope").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThatThrownBy(() -> required().secrets().inNamespace("kube-system").withName("x").get())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .hasMessageContaining("jane");
  }

  /** A watch, too: it takes another way through the client. */
  @Test
  void aWatchIsImpersonatedToo() throws IOException {
    var connected = connect(cluster(""), administrator() + ", as: jane");
    assertThatThrownBy(connected::watch).hasMessageContaining("403");
  }

  @Test
  void aTokenThatIsReplacedInItsFileIsUsed() throws IOException {
    var file = Files.writeString(directory.resolve("token"), token("regcred-operator"));
    var connected = connect(cluster(""), "tokenFile: token");
    assertThat(connected.name()).isEqualTo(OPERATOR);
    var next = Files.writeString(directory.resolve("next"), token("default") + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> connected.name().equals(OTHER));
  }

  /** The administrator's, as openssl and Go's newer tools would have written it. */
  @Test
  void aClientKeyInPkcs8IsTaken() throws Exception {
    var name = connect(cluster(""), administrator()).name();
    var manager = (X509KeyManager) SSLUtils.keyManagers(admin.getConfiguration())[0];
    var alias = manager.getClientAliases("EC", null)[0];
    var key = manager.getPrivateKey(alias).getEncoded();
    var certificate = manager.getCertificateChain(alias)[0].getEncoded();
    var identity = new TestIdentity(key, certificate);
    Files.writeString(directory.resolve("key.pem"), identity.keyPem("PKCS8"));
    Files.writeString(directory.resolve("cert.pem"), identity.certificatePem());
    assertThat(connect(cluster(""), "client-certificate: cert.pem, client-key: key.pem").name())
        .isEqualTo(name)
        .isNotEqualTo("system:anonymous");
  }

  @Test
  void aCommandIsRunAgainWhenItsTokenIsRefused() throws IOException {
    Files.writeString(directory.resolve("tokens"), "not-a-token\n" + token("default") + "\n");
    plugin(
        """
        t=$(head -n 1 tokens); tail -n 1 tokens > rest; mv rest tokens
        echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$t'"}}'
        """);
    assertThat(connect(cluster(""), PLUGIN).name()).isEqualTo(OTHER);
  }

  @Test
  void theProxyIsTaken() throws IOException {
    try (var proxy = new Tunnel()) {
      assertThat(
              connect(
                      cluster(", proxy-url: \"http://127.0.0.1:%s\"".formatted(proxy.port())),
                      "token: " + token("default"))
                  .name())
          .isEqualTo(OTHER);
      assertThat(proxy.tunnels()).isPositive();
      var before = proxy.tunnels();
      assertThatThrownBy(this::watch).hasMessageContaining("403");
      assertThat(proxy.tunnels()).isGreaterThan(before);
    }
  }

  /** An informer whose request can't be sent would never ask again, and the operator be deaf. */
  @Test
  void aCommandThatFailsForAWhileLeavesNoWatchDeaf() throws IOException {
    var token = Files.writeString(directory.resolve("token"), token("regcred-operator"));
    var runs = directory.resolve("runs");
    plugin(
        """
        echo >> runs
        [ -s token ] || exit 1
        echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$(cat token)'","expirationTimestamp":"2020-01-01T00:00:00Z"}}'
        """);
    try (var proxy = new Tunnel()) {
      connect(cluster(", proxy-url: \"http://127.0.0.1:%s\"".formatted(proxy.port())), PLUGIN);
      try (var informer = required().namespaces().runnableInformer(0)) {
        informer.exceptionHandler((_, _) -> true).run(); // As the SDK has it.
        var text = Files.readString(token);
        Files.writeString(token, "");
        Files.writeString(runs, "");
        proxy.cut();
        await().until(() -> Files.size(runs) > 5);
        Files.writeString(token, text);
        try (var namespace = TestNamespace.create(admin)) {
          await().until(() -> informer.getStore().getByKey(namespace.name()) != null);
        }
      }
    }
  }

  @Test
  void theServersCertificateIsForTheNameThatIsExpected() throws IOException {
    var user = "token: " + token("default");
    assertThat(connect(cluster(", tls-server-name: kubernetes.default.svc"), user).name())
        .isEqualTo(OTHER);
    assertThatThrownBy(this::watch).hasMessageContaining("403");
    var other = connect(cluster(", tls-server-name: kubernetes.example.com"), user);
    assertThatThrownBy(other::name).hasStackTraceContaining("kubernetes.example.com");
    assertThatThrownBy(other::watch).hasMessageContaining("502");
    var unchecked = ", tls-server-name: kubernetes.example.com, insecure-skip-tls-verify: true";
    assertThat(connect(server() + unchecked, user).name()).isEqualTo(OTHER);
  }

  /** Neither the authorities of the JVM nor another name of the server's are taken. */
  @Test
  void aServerThatIsNotShownToBeTheOneIsRefused() throws IOException {
    var connected = connect(server(), "token: " + token("default"));
    assertThatThrownBy(connected::name).hasStackTraceContaining("PKIX path");
  }

  /** The authority of a cluster is exchanged under a client that goes on. */
  @Test
  void anAuthorityThatIsReplacedInItsFileIsTrusted() throws Exception {
    var other = TestIdentity.create(directory, "EC");
    var file = Files.writeString(directory.resolve("ca.crt"), other.certificatePem());
    var connected =
        connect(server() + ", certificate-authority: ca.crt", "token: " + token("default"));
    assertThatThrownBy(connected::name).hasStackTraceContaining("PKIX path");
    Files.writeString(file, ""); // As while it is being written.
    assertThatThrownBy(connected::name).hasStackTraceContaining("PKIX path");
    var more = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    Files.writeString(file, more + new String(authority(), StandardCharsets.US_ASCII));
    assertThat(connected.name()).isEqualTo(OTHER);
  }

  @Test
  void whatCantBeServedEndsTheOperatorWithOneLine() throws Exception {
    var noContext = Files.writeString(directory.resolve("none"), "apiVersion: v1\nkind: Config\n");
    assertThat(lastWords(noContext))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("ERROR", noContext + ": current-context"));
    write(
        cluster(""),
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: not-installed,"
            + " interactiveMode: Never}");
    assertThat(lastWords(directory.resolve("config")))
        .hasSize(1)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "ERROR", "users[u].user.exec.command can't be run: is it installed?"));
  }

  private static List<String> lastWords(Path kubeconfig) throws InterruptedException {
    try (var operator = new OperatorProcess(kubeconfig, "kubeconfig-refused", List.of())) {
      operator.awaitEnd(Patience.LIMIT);
      return operator.log().lines().toList();
    }
  }

  private KubeconfigIT connect(String cluster, String user) throws IOException {
    close();
    var file = write(cluster, user);
    environment.put("KUBECONFIG", file.toString());
    client = KubernetesClients.create(Kubeconfig.read(environment));
    return this;
  }

  private Path write(String cluster, String user) throws IOException {
    return Files.writeString(
        directory.resolve("config"),
        """
        clusters: [{name: c, cluster: {%s}}]
        users: [{name: u, user: {%s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(cluster, user));
  }

  private void plugin(String script) throws IOException {
    var file =
        Files.writeString(
            directory.resolve("plugin"), "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** By a way of its own through the client; those who are tried here may not. */
  private void watch() {
    required()
        .configMaps()
        .inNamespace("kube-system")
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, ConfigMap map) {}

              @Override
              public void onClose(WatcherException cause) {}
            })
        .close();
  }

  private KubernetesClient required() {
    return Objects.requireNonNull(client);
  }

  private String name() {
    return whoAmI().path("username").asText();
  }

  private JsonNode whoAmI() {
    try {
      var answer =
          required()
              .raw(
                  "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                  "POST",
                  "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}");
      return new ObjectMapper().readTree(answer).path("status").path("userInfo");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String cluster(String more) throws IOException {
    return "%s, certificate-authority-data: %s%s"
        .formatted(server(), Base64.getEncoder().encodeToString(authority()), more);
  }

  private String server() {
    return "server: \"%s\"".formatted(installation.operatorConfig().getMasterUrl());
  }

  private byte[] authority() throws IOException {
    var config = installation.operatorConfig();
    return config.getCaCertData() == null
        ? Files.readAllBytes(Path.of(config.getCaCertFile()))
        : Base64.getMimeDecoder().decode(config.getCaCertData());
  }

  /** Who may impersonate. */
  private String administrator() throws IOException {
    var config = admin.getConfiguration();
    if (config.getClientCertData() != null) {
      return "client-certificate-data: %s, client-key-data: %s"
          .formatted(config.getClientCertData(), config.getClientKeyData());
    }
    if (config.getClientCertFile() != null) {
      return "client-certificate: \"%s\", client-key: \"%s\""
          .formatted(config.getClientCertFile(), config.getClientKeyFile());
    }
    return "token: \"%s\"".formatted(config.getAutoOAuthToken());
  }

  private String token(String account) {
    return installation
        .cluster()
        .kubectl()
        .ok("create", "token", account, "-n", "regcred-system")
        .strip();
  }

  /** A proxy that opens tunnels, as CONNECT asks for. */
  private static final class Tunnel implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger tunnels = new AtomicInteger();
    private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();

    Tunnel() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    /** Ends all connections. */
    void cut() throws IOException {
      for (var client = clients.poll(); client != null; client = clients.poll()) {
        client.close();
      }
    }

    int tunnels() {
      return tunnels.get();
    }

    private void accept() {
      try {
        while (true) {
          var client = socket.accept();
          clients.add(client);
          Thread.ofVirtual().start(() -> serve(client));
        }
      } catch (IOException e) {
        // It is closed.
      }
    }

    private void serve(Socket client) {
      try (client) {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
          head.append((char) client.getInputStream().read());
        }
        var target = head.toString().split(" ", 3)[1].split(":", 2);
        try (var server = new Socket(target[0], Integer.parseInt(target[1]))) {
          tunnels.incrementAndGet();
          client
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          var back = Thread.ofVirtual().start(() -> copy(server, client));
          copy(client, server);
          back.join();
        }
      } catch (IOException e) {
        // One of the two has gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException e) {
        // One of the two has gone.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
