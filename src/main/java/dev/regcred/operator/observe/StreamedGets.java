package dev.regcred.operator.observe;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to the API server whose answers are read while they come in, so that they may be larger
 * than what fits into memory.
 */
final class StreamedGets {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedGets.class);

  private final KubernetesClient client;
  private final Duration timeout;

  /**
   * Requests by this client.
   *
   * @param timeout how long an answer may take to begin, and then to come in
   */
  StreamedGets(KubernetesClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * Asks for what is at a path, as JSON.
   *
   * @throws KubernetesClientException as the API server answers
   */
  Answer get(String path) {
    var http = client.getHttpClient();
    var base = client.getMasterUrl().toString().replaceAll("/+$", "");
    var request =
        http.newHttpRequestBuilder().uri(base + path).header("Accept", "application/json").build();
    try {
      var response =
          http.sendAsync(request, InputStream.class).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.isSuccessful()) {
        return new Answer(response, timeout);
      }
      response.body().close();
      throw new KubernetesClientException(
          "The API server answered %s".formatted(response.code()), response.code(), new Status());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("Interrupted", e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new KubernetesClientException("The API server was not reached", e);
    }
  }

  /**
   * An answer, which is closed after some time, so that a server that says no more holds no thread.
   */
  static final class Answer implements Closeable {
    private final HttpResponse<InputStream> response;
    private final CompletableFuture<Void> end;

    private Answer(HttpResponse<InputStream> response, Duration timeout) {
      this.response = response;
      this.end =
          CompletableFuture.runAsync(
              () -> {
                try {
                  response.body().close();
                } catch (IOException e) {
                  LOG.debug("An answer was not closed", e);
                }
              },
              CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    InputStream body() {
      return response.body();
    }

    /** The time by the clock of the API server; empty where it does not say. */
    Optional<Instant> date() {
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
    public void close() throws IOException {
      end.cancel(false);
      response.body().close();
    }
  }
}
