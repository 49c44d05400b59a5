package dev.regcred.testregistry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.testcluster.ClusterUnavailableException;
import dev.regcred.testcluster.GoProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The registry of the distribution project, which most private registries are, with TLS on the
 * loopback interface; and go-containerregistry, which says what it makes of an account. Both are
 * compiled from src/registry.
 */
public final class DistributionRegistry implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private static final String REFUSED = "authentication failure";

  private final Process process;
  private final Path log;
  private final int port;
  private final ServerIdentity identity;

  private DistributionRegistry(Process process, Path log, ServerIdentity identity) {
    this.process = process;
    this.log = log;
    this.port = port(process, log);
    this.identity = identity;
  }

  /** Starts one whose accounts stand in a password file. */
  public static DistributionRegistry withPasswords(
      Path directory, ServerIdentity identity, String user, String password) {
    try {
      var file =
          Files.writeString(
              directory.resolve("htpasswd"), run(identity, password, "htpasswd", user) + "\n");
      return start(
          directory, identity, "auth: {htpasswd: {realm: private, path: %s}}".formatted(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one that wants tokens of an endpoint. */
  public static DistributionRegistry withTokens(
      Path directory, ServerIdentity identity, String realm) {
    return start(
        directory,
        identity,
        "auth: {token: {realm: \"%s\", service: %s, issuer: %s, rootcertbundle: %s}}"
            .formatted(
                realm, TokenEndpoint.SERVICE, TokenEndpoint.ISSUER, identity.certificateFile()));
  }

  private static DistributionRegistry start(Path directory, ServerIdentity identity, String auth) {
    try {
      var config =
          Files.writeString(
              directory.resolve("config.yml"),
              """
              version: 0.1
              log: {level: info, accesslog: {disabled: true}}
              storage: {inmemory: {}}
              http:
                addr: "127.0.0.1:0"
                tls: {certificate: %s, key: %s}
              %s
              """
                  .formatted(identity.certificateFile(), identity.keyFile(), auth));
      var log = directory.resolve("log");
      var builder =
          new ProcessBuilder(program().toString(), "serve", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // REGISTRY_* variables would win over the file.
      builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
      var process = builder.start();
      return new DistributionRegistry(process, log, identity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int port(Process process, Path log) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("registry: " + Files.readString(log));
              }
            })
        .until(() -> listening(log), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<Integer> listening(Path log) throws IOException {
    return LISTENING
        .matcher(Files.readString(log))
        .results()
        .map(MatchResult::group)
        .map(text -> Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)))
        .findFirst();
  }

  /** Its address in image names. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** How many times an account of its password file was shown with another password. */
  public int refused() {
    try (var lines = Files.lines(log)) {
      return Math.toIntExact(lines.filter(line -> line.contains(REFUSED)).count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pushes an image with nothing in it. */
  public void push(String image, String user, String password) {
    var said = run(identity, password, "push", address() + "/" + image, user);
    if (!said.equals("accepted")) {
      throw new IllegalStateException(said);
    }
  }

  /** What go-containerregistry makes of an account: {@code accepted}, or the HTTP status. */
  public String login(String user, String password) {
    return run(identity, password, "login", address(), user);
  }

  /** What it makes of an account that looks at an image. */
  public String head(String image, String user, String password) {
    return run(identity, password, "head", address() + "/" + image, user);
  }

  private static String run(ServerIdentity identity, String password, String... arguments) {
    var command = Stream.concat(Stream.of(program().toString()), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SSL_CERT_FILE", identity.certificateFile().toString());
    try {
      var process = builder.start();
      process.getOutputStream().write(password.getBytes(UTF_8));
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path program() {
    var sources = Path.of(System.getProperty("basedir", ""), "src/registry").toAbsolutePath();
    try {
      return GoProgram.command(
          "a registry", sources, "regcred.dev/registry", List.of("-trimpath", "-ldflags", "-s -w"));
    } catch (ClusterUnavailableException e) {
      throw new IllegalStateException(
          "the registry is compiled by Go 1.26 or newer: install it from https://go.dev/dl/.", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
