package dev.regcred.operator.client;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An interceptor that sends a token with each request, and asks once more with a new one where it
 * is not taken. It stands in the place of the client's own, which can't say which token was
 * refused.
 *
 * @param token the token
 */
record BearerToken(RenewableToken token) implements Interceptor {
  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";

  /**
   * This is sent where none can be had, to be refused: without one the request might be anybody's.
   */
  private static final String NONE = "none";

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    builder.setHeader(HEADER, SCHEME + tokenOrNone());
  }

  /**
   * The token, and never an exception: an informer whose request fails before it is one would never
   * ask again.
   */
  private String tokenOrNone() {
    try {
      return token.getToken();
    } catch (RuntimeException e) {
      return NONE; // What is the matter is said when this one is refused.
    }
  }

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    var sent = response.request() == null ? null : response.request().header(HEADER);
    if (response.code() != HttpURLConnection.HTTP_UNAUTHORIZED
        || sent == null
        || !sent.startsWith(SCHEME)) {
      return CompletableFuture.completedFuture(false);
    }
    // On a thread of its own: it may take seconds, and this one is the connection's.
    return CompletableFuture.supplyAsync(
        () -> {
          var refused = sent.substring(SCHEME.length());
          token.refuse(refused);
          var next = renewed();
          builder.setHeader(HEADER, SCHEME + next);
          return !next.equals(refused);
        },
        step -> Thread.ofVirtual().name("token").start(step));
  }

  /** The next token; where there is none it fails as a request does that did not come through. */
  private String renewed() {
    try {
      return token.getToken();
    } catch (RuntimeException e) {
      throw new CompletionException(new IOException(e.getMessage(), e));
    }
  }
}
