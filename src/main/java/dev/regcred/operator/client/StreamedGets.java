package dev.regcred.operator.client;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.Closeable;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The requests to the API server whose answers are read while they come in, so that they may be
 * larger than what fits into memory.
 */
public final class StreamedGets {
  private final DirectCalls calls;

  /**
   * Requests by the HTTP client of a client.
   *
   * @param client one of {@link KubernetesClients#create}
   * @param timeout how long it may take until an answer was read, so that a server that says no
   *     more holds no thread
   */
  public StreamedGets(KubernetesClient client, Duration timeout) {
    this.calls = new DirectCalls(client, timeout);
  }

  /**
   * Asks for what is at a path, as JSON.
   *
   * @param path from the root of the API server, encoded
   * @throws KubernetesClientException as the API server answers
   */
  public Answer get(String path) {
    var url = calls.server().toString().replaceAll("/+$", "") + path;
    var request =
        new Request.Builder().url(HttpUrl.get(url)).header("Accept", "application/json").build();
    return new Answer(calls.call(request));
  }

  /** An answer that is being read. */
  public static final class Answer implements Closeable {
    private final Response response;

    private Answer(Response response) {
      this.response = response;
    }

    /** What is read; it throws an IOException when the time is over. */
    public InputStream body() {
      return DirectCalls.body(response).byteStream();
    }

    /** The time by the clock of the API server; empty where it does not say. */
    public Optional<Instant> date() {
      return Optional.ofNullable(response.header("Date")).map(Answer::parsed);
    }

    private static @Nullable Instant parsed(String date) {
      try {
        return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      } catch (DateTimeParseException e) {
        return null;
      }
    }

    @Override
    public void close() {
      response.close();
    }
  }
}
