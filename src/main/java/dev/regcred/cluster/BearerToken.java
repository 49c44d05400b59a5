package dev.regcred.cluster;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a token with each request, and asks once more with a new one where it is not taken. It
 * stands in the place of the client's own, which can't say which token was refused.
 *
 * @param token the token
 */
record BearerToken(RenewableToken token) implements Interceptor {
  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    builder.setHeader(HEADER, SCHEME + token.getToken());
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
          var next = token.getToken();
          builder.setHeader(HEADER, SCHEME + next);
          return !next.equals(refused);
        },
        step -> Thread.ofVirtual().name("token").start(step));
  }
}
