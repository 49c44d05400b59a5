package dev.regcred.operator.client;

import java.io.IOException;
import java.net.HttpURLConnection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * An interceptor that answers a WebSocket that can't be opened with 502, whatever the reason, so
 * that the client asks for it again. An answer of 503, or none, the client takes for an API server
 * without WebSockets, and goes on with that watch by plain HTTP for good ({@code
 * BaseOperation.submitWatch}, of each watch that follows a list). Such a watch is no use: until its
 * first event nobody knows that it is alive, and it reads each line of an answer as an event, be it
 * the error page of a load balancer, and each character beyond ASCII as several ({@code
 * WatchHTTPManager}), either of which ends the process.
 */
final class WebSocketFailures implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    var request = chain.request();
    if (!"websocket".equalsIgnoreCase(request.header("Upgrade"))) {
      return chain.proceed(request);
    }
    try {
      var response = chain.proceed(request);
      if (response.code() != HttpURLConnection.HTTP_UNAVAILABLE) {
        return response;
      }
      response.close();
      return failure(request, "The API server is unavailable");
    } catch (IOException e) {
      return failure(request, e.toString());
    }
  }

  private static Response failure(Request request, String message) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(HttpURLConnection.HTTP_BAD_GATEWAY)
        .message(message)
        .body(ResponseBody.create("", null))
        .build();
  }
}
