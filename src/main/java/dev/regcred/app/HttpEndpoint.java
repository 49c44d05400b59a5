package dev.regcred.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /metrics}, {@code /healthz} and {@code /readyz} on one port. */
final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  /**
   * @param port 0 for any free one
   * @param isReady asked for each {@code /readyz}
   */
  HttpEndpoint(int port, PrometheusMeterRegistry meters, BooleanSupplier isReady)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(executor);
    // One context for all: the server's own would match every path that begins like theirs.
    server.createContext(
        "/",
        exchange -> {
          switch (exchange.getRequestURI().getPath()) {
            case "/metrics" ->
                answer(exchange, HttpURLConnection.HTTP_OK, PROMETHEUS, meters.scrape());
            case "/healthz" -> answer(exchange, HttpURLConnection.HTTP_OK, TEXT, "ok\n");
            case "/readyz" -> answerReady(exchange, isReady.getAsBoolean());
            default -> answer(exchange, HttpURLConnection.HTTP_NOT_FOUND, TEXT, "not found\n");
          }
        });
  }

  private static void answerReady(HttpExchange exchange, boolean isReady) throws IOException {
    if (isReady) {
      answer(exchange, HttpURLConnection.HTTP_OK, TEXT, "ok\n");
    } else {
      answer(
          exchange, HttpURLConnection.HTTP_UNAVAILABLE, TEXT, "a watch is not synced or is dead\n");
    }
  }

  /**
   * Begins to answer: long before the operator is ready, so that a probe can tell the two apart.
   */
  void start() {
    server.start();
    LOG.info("Metrics and health on port {}", port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }

  private static void answer(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
