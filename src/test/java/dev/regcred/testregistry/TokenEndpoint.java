package dev.regcred.testregistry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * A token endpoint, as those of Docker Hub, GitHub and GitLab are: who shows an account there gets
 * a token for the registry, whose access is as far as the account's. What an account may do is up
 * to a function.
 */
public final class TokenEndpoint {
  static final String SERVICE = "tokens";
  static final String ISSUER = "test";

  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerIdentity identity;
  private final Function<String, Integer> status;
  private final Function<String, List<String>> actions;

  private TokenEndpoint(
      ServerIdentity identity,
      Function<String, Integer> status,
      Function<String, List<String>> actions) {
    this.identity = identity;
    this.status = status;
    this.actions = actions;
  }

  /**
   * Starts one; its path is {@code /token}.
   *
   * @param status of the answer to a value of {@code Authorization}, empty for none
   * @param actions what may be done in the repository that is asked for
   */
  public static ScriptedRegistry start(
      ServerIdentity identity,
      Function<String, Integer> status,
      Function<String, List<String>> actions) {
    var endpoint = new TokenEndpoint(identity, status, actions);
    return ScriptedRegistry.start(identity, InetAddress.ofLiteral("127.0.0.1"), endpoint::answer);
  }

  private void answer(ScriptedRegistry.Request request, OutputStream out) throws IOException {
    var account = request.headers().getOrDefault("authorization", "");
    var code = status.apply(account);
    ScriptedRegistry.reply(
        out, code, code == 200 ? JSON.writeValueAsString(Map.of("token", token(request))) : "{}");
  }

  private String token(ScriptedRegistry.Request request) throws IOException {
    var now = Instant.now().getEpochSecond();
    var chain = List.of(Base64.getEncoder().encodeToString(identity.certificate()));
    var claims =
        Map.of(
            "iss",
            ISSUER,
            "sub",
            "someone",
            "aud",
            SERVICE,
            "nbf",
            now - 1,
            "iat",
            now,
            "exp",
            now + 300,
            "jti",
            UUID.randomUUID().toString(),
            "access",
            access(request));
    var text = encoded(Map.of("typ", "JWT", "alg", "RS256", "x5c", chain)) + "." + encoded(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(identity.privateKey());
      signature.update(text.getBytes(UTF_8));
      return text + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(Map<String, ?> part) throws IOException {
    return URL.encodeToString(JSON.writeValueAsBytes(part));
  }

  private List<Map<String, Object>> access(ScriptedRegistry.Request request) {
    var query = URI.create(request.target()).getRawQuery();
    var access = new ArrayList<Map<String, Object>>();
    for (String parameter : (query == null ? "" : query).split("&", -1)) {
      if (parameter.startsWith("scope=")) {
        var scope = URLDecoder.decode(parameter.substring("scope=".length()), UTF_8).split(":", 3);
        var granted = actions.apply(request.headers().getOrDefault("authorization", ""));
        if (!granted.isEmpty()) {
          access.add(Map.of("type", scope[0], "name", scope[1], "actions", granted));
        }
      }
    }
    return access;
  }
}
