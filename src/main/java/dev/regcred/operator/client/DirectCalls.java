package dev.regcred.operator.client;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientImpl;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the API server on the thread that makes them, by the HTTP client of a client: TLS,
 * the proxy, who makes the request ({@link RequestIdentity}) and what is made of an answer that
 * sheds load ({@link RetryAfterHeader}) are those of all its requests.
 */
final class DirectCalls {
  private final KubernetesClient client;
  private final OkHttpClient http;
  private final KubernetesSerialization serialization;
  private final HttpUrl server;
  private final Duration timeout;

  /**
   * Calls by the HTTP client of a client.
   *
   * @param client one of {@link KubernetesClients#create}
   * @param timeout how long a call may take until its answer was read; zero for without end
   */
  DirectCalls(KubernetesClient client, Duration timeout) {
    this.client = client;
    this.http = ((OkHttpClientImpl) client.getHttpClient()).getOkHttpClient();
    this.serialization = client.getKubernetesSerialization();
    this.server = HttpUrl.get(client.getMasterUrl().toString());
    this.timeout = timeout;
  }

  /** The API server, with the path below which it may be. */
  HttpUrl server() {
    return server;
  }

  /**
   * Sends a request.
   *
   * @return the answer, which is no error, to be read and closed
   * @throws KubernetesClientException with the code and the Status of an answer that is an error;
   *     with code 0 where none came in time
   */
  Response call(Request request) {
    if (client.getHttpClient().isClosed()) {
      throw unanswered(request, "the client is closed", null);
    }
    RequestIdentity.prepare(client.getConfiguration());
    var call = http.newCall(request);
    call.timeout().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      var response = call.execute();
      if (response.isSuccessful()) {
        return response;
      }
      try (response) {
        throw failure(request, response);
      }
    } catch (IOException e) {
      throw unanswered(request, e.toString(), e);
    }
  }

  /** The body of an answer. */
  static ResponseBody body(Response response) {
    return Objects.requireNonNull(response.body(), "an answer to a call has one");
  }

  /**
   * What JSON says; null where it is none, such as the page of a proxy. The client would read that
   * as YAML, with exceptions of its own that quote it.
   */
  <T> @Nullable T read(byte[] json, Class<T> type) {
    if (json.length == 0 || json[0] != '{') {
      return null;
    }
    try {
      return serialization.unmarshal(new ByteArrayInputStream(json), type);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** The failure of a request to which there is no answer, or none that can be read. */
  KubernetesClientException unanswered(Request request, String why, @Nullable IOException cause) {
    return exception(request, why, cause, 0, null);
  }

  /** Of an answer that is no Status, as a proxy writes, nothing is told but its code. */
  private KubernetesClientException failure(Request request, Response response) throws IOException {
    var read = read(body(response).bytes(), Status.class);
    var status = read == null ? new Status() : read;
    status.setCode(response.code());
    var message = status.getMessage();
    return exception(
        request,
        message == null ? "HTTP " + response.code() : message,
        null,
        response.code(),
        status);
  }

  private KubernetesClientException exception(
      Request request,
      String message,
      @Nullable Exception cause,
      int code,
      @Nullable Status status) {
    return new KubernetesClientException(
        "%s %s: %s".formatted(request.method(), request.url().encodedPath(), message),
        cause,
        code,
        status,
        client.getHttpClient().newHttpRequestBuilder().uri(request.url().uri()).build());
  }
}
