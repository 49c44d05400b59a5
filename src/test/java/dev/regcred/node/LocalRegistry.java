package dev.regcred.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A docker-registry on the loopback interface, to which containerd speaks plain HTTP. */
final class LocalRegistry {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private LocalRegistry() {}

  /** Anybody may push and pull. */
  static void open(int port, Path directory) throws IOException {
    start(port, directory, "");
  }

  /**
   * Those whom a password file of Apache names may push and pull. It is read anew when it changes.
   */
  static void withAccounts(int port, Path directory, Path htpasswd) throws IOException {
    start(port, directory, "auth: {htpasswd: {realm: private, path: %s}}".formatted(htpasswd));
  }

  /** Those may push and pull whom a {@link TokenServer} lets. */
  static void withTokens(int port, Path directory, int tokenPort, Path certificate)
      throws IOException {
    start(
        port,
        directory,
        "auth: {token: {realm: \"http://127.0.0.1:%d/token\", service: %s, issuer: %s, rootcertbundle: %s}}"
            .formatted(tokenPort, TokenServer.SERVICE, TokenServer.ISSUER, certificate));
  }

  /** It ends with the namespaces that it runs in. */
  private static void start(int port, Path directory, String auth) throws IOException {
    Files.createDirectories(directory);
    var config =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d"}
            %s
            """
                .formatted(directory.resolve("data"), port, auth));
    var log = directory.resolve("log");
    var builder =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // REGISTRY_* variables would win over the file.
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    var process = builder.start();
    Awaitility.await()
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("docker-registry: " + Files.readString(log));
              }
            })
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> answers(port));
  }

  private static boolean answers(int port) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v2/".formatted(port))).build();
      var status = http.send(request, BodyHandlers.discarding()).statusCode();
      return status == 200 || status == 401;
    }
  }
}
