package dev.regcred.operator.client;

import dev.regcred.operator.kinds.Secrets;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * An interceptor that says with each request who makes it: by a token or a password, and as whom.
 * It asks once more with a new token where the one that was sent is not taken.
 *
 * <p>It stands in the place of the client's own, which can't say which token was refused, and where
 * there is neither token nor password, as with a client certificate, looks for a token before every
 * request once a minute has passed, in the kubeconfig that it finds by its own rules.
 */
final class RequestIdentity implements Interceptor {
  /** The API server takes the part before the slash as the field manager of every write. */
  static final String USER_AGENT = Secrets.FIELD_MANAGER + "/v1alpha1";

  private static final String AUTHORIZATION = "Authorization";

  /**
   * This is sent where no token can be had, to be refused: without one the request might be
   * anybody's.
   */
  private static final String NONE = "none";

  private final Headers fixed;
  private final @Nullable OAuthTokenProvider tokens;

  /**
   * The identity that a configuration describes.
   *
   * @param config of its users one that has a provider of tokens, a token, a password, or none of
   *     them
   */
  RequestIdentity(Config config) {
    var headers = new Headers.Builder().add("User-Agent", USER_AGENT);
    orEmpty(config.getCustomHeaders()).forEach(headers::add);
    if (config.getImpersonateUsername() != null) {
      headers.add("Impersonate-User", config.getImpersonateUsername());
      if (config.getImpersonateGroups() != null) {
        List.of(config.getImpersonateGroups())
            .forEach(group -> headers.add("Impersonate-Group", group));
      }
      orEmpty(config.getImpersonateExtras())
          .forEach(
              (key, values) ->
                  values.forEach(value -> headers.add("Impersonate-Extra-" + key, value)));
    }
    if (config.getUsername() != null && config.getPassword() != null) {
      headers.add(
          AUTHORIZATION,
          HttpClientUtils.basicCredentials(config.getUsername(), config.getPassword()));
      tokens = null;
    } else {
      tokens = tokens(config);
    }
    fixed = headers.build();
  }

  private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }

  private static @Nullable OAuthTokenProvider tokens(Config config) {
    if (config.getOauthTokenProvider() != null) {
      return config.getOauthTokenProvider();
    }
    var token = config.getOauthToken(); // Not the one that the client found by its own rules.
    return token == null || token.isEmpty() ? null : () -> token;
  }

  /**
   * Has the token ready before a request is sent, whose time it would use up: a command that prints
   * it may take longer than a request may.
   */
  static void prepare(Config config) {
    var tokens = config.getOauthTokenProvider();
    if (tokens != null) {
      tokenOrNone(tokens);
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    var request = identified(chain.request());
    if (tokens == null) {
      return chain.proceed(request);
    }
    var token = tokenOrNone(tokens);
    var response = chain.proceed(with(request, token));
    if (response.code() != HttpURLConnection.HTTP_UNAUTHORIZED
        || response.request().header(AUTHORIZATION) == null // It was sent on to another host.
        || !(tokens instanceof RenewableToken renewable)) {
      return response;
    }
    renewable.refuse(token);
    var next = renewed(renewable, response);
    if (next.equals(token)) {
      return response;
    }
    response.close();
    return chain.proceed(with(request, next));
  }

  /** What the client's typed interface sends has most of the headers already. */
  private Request identified(Request request) {
    var builder = request.newBuilder();
    for (String name : fixed.names()) {
      if (request.header(name) == null) {
        fixed.values(name).forEach(value -> builder.addHeader(name, value));
      }
    }
    return builder.build();
  }

  private static Request with(Request request, String token) {
    return request.newBuilder().header(AUTHORIZATION, "Bearer " + token).build();
  }

  private static String tokenOrNone(OAuthTokenProvider tokens) {
    try {
      var token = tokens.getToken();
      return token == null ? NONE : token;
    } catch (RuntimeException e) {
      return NONE; // What is the matter is said when this one is refused.
    }
  }

  /** The next token; where there is none it fails as a request does that did not come through. */
  private static String renewed(RenewableToken tokens, Response refused) throws IOException {
    try {
      return tokens.getToken();
    } catch (RuntimeException e) {
      refused.close();
      throw new IOException(e.getMessage(), e);
    }
  }
}
