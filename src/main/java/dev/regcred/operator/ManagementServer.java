package dev.regcred.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics}, {@code /healthz} and {@code /readyz} on one port. It has no authentication, and
 * a kubelet restarts an operator that does not answer it: so nobody may silence it for the others,
 * and what a client can make it keep is bounded.
 */
final class ManagementServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * The server's settings are properties of the process; it reads them once, before the first one
   * is created. Those that are set already stay.
   */
  private static final Map<String, String> LIMITS =
      Map.of(
          // Seconds from the first byte of a request to its last, and from there to the last byte
          // of the answer; also for a connection that sends nothing at all.
          "sun.net.httpserver.maxReqTime", "5",
          "sun.net.httpserver.maxRspTime", "10",
          // Milliseconds between two looks for idle connections.
          "sun.net.httpserver.clockTick", "1000",
          // Connections that are open; one more is closed at once.
          "jdk.httpserver.maxConnections", "4096",
          "sun.net.httpserver.maxReqHeaders", "64",
          // Bytes.
          "sun.net.httpserver.maxReqHeaderSize", "16384");

  /** Requests that are being read or answered; one more ends the oldest. */
  private static final int MOST_REQUESTS = 64;

  /** Connections that the machine keeps until the server takes them. */
  private static final int BACKLOG = 1_024;

  private final HttpServer server;

  /** One collection of all metrics at a time; the rest of the machine is for the others. */
  private final Lock scraping = new ReentrantLock(true);

  /**
   * A server that does not answer yet.
   *
   * @param port 0 for any free one
   * @param problem asked for each {@code /readyz}: why it is not ready, empty if it is
   */
  ManagementServer(int port, PrometheusMeterRegistry meters, Supplier<Optional<String>> problem)
      throws IOException {
    LIMITS.forEach(System.getProperties()::putIfAbsent);
    server = bound(port);
    server.setExecutor(new RequestExecutor(MOST_REQUESTS));
    // One context for all: the server's own would match every path that begins like theirs.
    server.createContext(
        "/",
        exchange -> {
          switch (exchange.getRequestURI().getPath()) {
            case "/metrics" ->
                answer(exchange, HttpURLConnection.HTTP_OK, PROMETHEUS, scrape(meters));
            case "/healthz" -> answer(exchange, HttpURLConnection.HTTP_OK, TEXT, "ok\n");
            case "/readyz" -> answerReady(exchange, problem.get());
            default -> answer(exchange, HttpURLConnection.HTTP_NOT_FOUND, TEXT, "not found\n");
          }
        });
  }

  private static HttpServer bound(int port) throws IOException {
    try {
      return HttpServer.create(new InetSocketAddress(port), BACKLOG);
    } catch (BindException e) {
      var named =
          new BindException(
              "Port %s for metrics and health can't be had: %s. Set REGCRED_HTTP_PORT to another one"
                  .formatted(port, e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  private String scrape(PrometheusMeterRegistry meters) throws IOException {
    try {
      scraping.lockInterruptibly();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("too many ask at the same time");
    }
    try {
      return meters.scrape();
    } finally {
      scraping.unlock();
    }
  }

  private static void answerReady(HttpExchange exchange, Optional<String> problem)
      throws IOException {
    if (problem.isEmpty()) {
      answer(exchange, HttpURLConnection.HTTP_OK, TEXT, "ok\n");
    } else {
      answer(exchange, HttpURLConnection.HTTP_UNAVAILABLE, TEXT, problem.get() + "\n");
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
