package dev.regcred.bench;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Sends JSON and reads nothing out of the answers but what the next request needs: about what a
 * program could reach at most that writes the same. It is the administrator, and it has as many
 * requests under way as the operator has by default.
 */
final class LeanClient implements AutoCloseable {
  static final String JSON = "application/json";
  static final String MERGE = "application/merge-patch+json";

  private static final int NOT_FOUND = 404;
  private static final int PROGRESS_SECONDS = 5;

  private final OkHttpClient http;
  private final String server;
  private final String authorization;
  private final int threads;
  private final ExecutorService workers;
  private final AtomicLong sent = new AtomicLong();

  LeanClient(Config admin, int threads, Protocol protocol) {
    this.server = admin.getMasterUrl().replaceAll("/+$", "");
    this.authorization = admin.getOauthToken() == null ? "" : "Bearer " + admin.getOauthToken();
    this.threads = threads;
    this.workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    this.http = client(admin, threads, protocol);
  }

  private static OkHttpClient client(Config admin, int threads, Protocol protocol) {
    try {
      return new OkHttpClient.Builder()
          .sslSocketFactory(
              SSLUtils.sslContext(admin).getSocketFactory(),
              (X509TrustManager) SSLUtils.trustManagers(admin)[0])
          .connectionPool(new ConnectionPool(threads, 5, TimeUnit.MINUTES))
          .protocols(
              protocol == Protocol.HTTP_2
                  ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                  : List.of(Protocol.HTTP_1_1))
          .readTimeout(Duration.ofMinutes(2))
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many requests it has sent. */
  long sent() {
    return sent.get();
  }

  /**
   * Sends a request.
   *
   * @return the answer's body
   * @throws IllegalStateException if the answer is no success
   */
  Answer send(String method, String path, String type, String body) {
    try (var response = http.newCall(request(method, path, type, body)).execute()) {
      sent.incrementAndGet();
      var answer = new Answer(Objects.requireNonNull(response.body()).bytes());
      if (!response.isSuccessful()) {
        throw new IllegalStateException(
            "%s %s: %d %s".formatted(method, path, response.code(), answer.text()));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer post(String path, String body) {
    return send("POST", path, JSON, body);
  }

  Answer merge(String path, String patch) {
    return send("PATCH", path, MERGE, patch);
  }

  Answer get(String path) {
    return send("GET", path, JSON, "");
  }

  /** Whether there is something at that path. */
  boolean exists(String path) {
    try (var response = http.newCall(request("GET", path, JSON, "")).execute()) {
      sent.incrementAndGet();
      return response.code() != NOT_FOUND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Request request(String method, String path, String type, String body) {
    var request =
        new Request.Builder()
            .url(server + path)
            .method(
                method,
                method.equals("GET")
                    ? null
                    : RequestBody.create(
                        body.getBytes(StandardCharsets.UTF_8), MediaType.get(type)));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  /**
   * Opens a watch; the caller closes it.
   *
   * @param path with its query, without {@code watch}
   */
  okhttp3.Call watch(String path) {
    var endless = http.newBuilder().readTimeout(Duration.ZERO).build();
    var query = path.contains("?") ? "&" : "?";
    return endless.newCall(request("GET", path + query + "watch=true", JSON, ""));
  }

  /**
   * Does a job for each number from 0 on, with all threads, and shows how far it is.
   *
   * @return how long it took, in nanoseconds
   */
  long each(String what, int count, IntConsumer job) {
    var next = new AtomicInteger();
    var start = System.nanoTime();
    var all = new ArrayList<CompletableFuture<Void>>();
    for (int thread = 0; thread < threads; thread++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                  job.accept(i);
                }
              },
              workers));
    }
    var done = CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    while (!isOver(done)) {
      System.out.printf("    %s: %,d of %,d%n", what, Math.min(next.get(), count), count);
    }
    return System.nanoTime() - start;
  }

  private static boolean isOver(CompletableFuture<Void> work) {
    try {
      work.get(PROGRESS_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  /** An answer that is not parsed. */
  static final class Answer {
    private final byte[] body;

    Answer(byte[] body) {
      this.body = body;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The first field of that name that is a string: good enough for uid and resourceVersion. */
    String field(String name) {
      var text = new String(body, StandardCharsets.ISO_8859_1);
      var key = "\"" + name + "\":\"";
      var start = text.indexOf(key) + key.length();
      if (start < key.length()) {
        throw new IllegalStateException("No " + name + " in " + text);
      }
      return text.substring(start, text.indexOf('"', start));
    }
  }
}
