package dev.regcred.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Base64.Encoder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Gives out tokens for a registry, as those of Docker Hub, GitHub and GitLab do: the registry sends
 * its clients here, who show their account, and get a token for one repository. An account may pull
 * from the repositories below its own name, and {@code publisher} may do everything.
 */
final class TokenServer {
  static final String SERVICE = "tokens";
  static final String ISSUER = "story";

  private static final String PUBLISHER = "publisher";
  private static final long LIFETIME_SECONDS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final Certificate certificate;
  private final Path directory;

  private TokenServer(PrivateKey key, Certificate certificate, Path directory) {
    this.key = key;
    this.certificate = certificate;
    this.directory = directory;
  }

  private record Access(String type, String name, List<String> actions) {}

  /**
   * Starts one, with a key that is made for it.
   *
   * @param directory with the passwords, each in a file NAME.password
   * @return the certificate that the registry has to know, in PEM
   */
  static Path start(int port, Path directory, Terminal terminal)
      throws IOException, GeneralSecurityException {
    var password = UUID.randomUUID().toString();
    var passwordFile = Files.writeString(directory.resolve("token-key.password"), password);
    terminal.look(
        "%s -genkeypair -alias tokens -keyalg RSA -dname CN=tokens -keystore %s -storepass:file %s"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                directory.resolve("token-key"),
                passwordFile));
    var keys =
        KeyStore.getInstance(directory.resolve("token-key").toFile(), password.toCharArray());
    var certificate = keys.getCertificate("tokens");
    var key = (PrivateKey) keys.getKey("tokens", password.toCharArray());
    var tokens = new TokenServer(key, certificate, directory);
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.createContext("/token", tokens::answer);
    http.start();
    return Files.writeString(
        directory.resolve("token-key.pem"),
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(certificate.getEncoded())));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var account = account(exchange);
      if (!exchange.getRequestMethod().equals("GET")) {
        reply(exchange, 404, "{}"); // no OAuth: clients ask again by GET
      } else if (account.isEmpty()) {
        reply(exchange, 401, "{}");
      } else {
        reply(exchange, 200, JSON.writeValueAsString(Map.of("token", token(account, exchange))));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    var body = json.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Who asks; empty if that is nobody with an account. */
  private String account(HttpExchange exchange) throws IOException {
    var header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Basic ")) {
      return "";
    }
    var account =
        new String(Base64.getDecoder().decode(header.substring("Basic ".length())), UTF_8)
            .split(":", 2);
    var file = directory.resolve(account[0] + ".password");
    return account[0].matches("[a-z-]+")
            && Files.exists(file)
            && Files.readString(file).equals(account[1])
        ? account[0]
        : "";
  }

  private String token(String account, HttpExchange exchange)
      throws IOException, GeneralSecurityException {
    var now = Instant.now().getEpochSecond();
    var x5c = Base64.getEncoder().encodeToString(certificate.getEncoded());
    var header = Map.of("typ", "JWT", "alg", "RS256", "x5c", List.of(x5c));
    var claims =
        Map.of(
            "iss",
            ISSUER,
            "sub",
            account,
            "aud",
            SERVICE,
            "nbf",
            now - 1,
            "iat",
            now,
            "exp",
            now + LIFETIME_SECONDS,
            "jti",
            UUID.randomUUID().toString(),
            "access",
            access(account, exchange.getRequestURI().getRawQuery()));
    var text = encoded(header) + "." + encoded(claims);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(text.getBytes(UTF_8));
    return text + "." + URL.encodeToString(signature.sign());
  }

  private static String encoded(Map<String, Object> part) throws IOException {
    return URL.encodeToString(JSON.writeValueAsBytes(part));
  }

  /** What of that which is asked for the account may do; {@code repository:NAME:ACTION,ACTION}. */
  private static List<Access> access(String account, String query) {
    List<Access> granted = new ArrayList<>();
    Stream.of(query.split("&", -1))
        .filter(parameter -> parameter.startsWith("scope="))
        .flatMap(scope -> Stream.of(URLDecoder.decode(scope.substring(6), UTF_8).split(" ", -1)))
        .map(scope -> scope.split(":", 3))
        .filter(scope -> scope.length == 3)
        .forEach(
            scope -> {
              if (account.equals(PUBLISHER)) {
                granted.add(new Access(scope[0], scope[1], List.of("pull", "push")));
              } else if (scope[1].startsWith(account + "/")) {
                granted.add(new Access(scope[0], scope[1], List.of("pull")));
              }
            });
    return granted;
  }
}
