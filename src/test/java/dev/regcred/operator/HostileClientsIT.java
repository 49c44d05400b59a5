package dev.regcred.operator;

import static dev.regcred.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.OperatorProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operator as it ships, in a process of its own, whose port of metrics and health is abused. Its
 * API server is not there, which its health does not depend on.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {
  /** What a kubelet waits for an answer. */
  private static final Duration PROBE = Duration.ofSeconds(1);

  /** So many probes in a row may be late on a busy machine: as many as a kubelet forgives. */
  private static final int FORGIVEN = 2;

  private static final int PROBES = 10;

  private final List<Socket> held = new ArrayList<>();

  private OperatorProcess operator;
  private int port;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    var kubeconfig =
        Files.writeString(
            directory.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: nobody, user: {token: none}}]
            contexts: [{name: none, context: {cluster: none, user: nobody}}]
            current-context: none
            """);
    operator = new OperatorProcess(kubeconfig, "hostile-clients", List.of());
    port = operator.httpPort();
    await().until(() -> answer("/healthz").startsWith("HTTP/1.1 200"));
  }

  @AfterEach
  void letGo() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
    held.clear();
    assertThat(operator.isAlive()).isTrue();
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET /healthz HTTP/1.1\r\nHost: ",
        "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n"
      })
  void whoBeginsAndDoesNotEndHoldsNobodyElseUp(String begun) throws Exception {
    for (int i = 0; i < 200; i++) {
      hold(begun);
    }
    assertThatProbesAreAnswered();
  }

  @Test
  void whoConnectsAndSaysNothingHoldsNobodyElseUp() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      hold("");
    }
    assertThatProbesAreAnswered();
    await().untilAsserted(() -> assertThat(held.getLast().getInputStream().read()).isNegative());
  }

  /** A byte of a header now and then, on as many connections as are served at a time. */
  @Test
  void whoSendsSlowlyIsCutOff() throws Exception {
    for (int i = 0; i < 64; i++) {
      hold("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    }
    await().until(this::isCutOff);
    assertThatProbesAreAnswered();
  }

  private boolean isCutOff() {
    try {
      var socket = held.getFirst();
      socket.setSoTimeout(10);
      socket.getOutputStream().write('x');
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void hugeHeadersAreRefusedBeforeTheyAreKept() throws Exception {
    var header = "X-%s: " + "x".repeat(8_000) + "\r\n";
    for (int i = 0; i < 100; i++) {
      try {
        var socket = hold("GET /healthz HTTP/1.1\r\nHost: x\r\n");
        for (int line = 0; line < 50; line++) {
          socket
              .getOutputStream()
              .write(header.formatted(line).getBytes(StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        // It is refused while it sends.
      }
    }
    assertThatProbesAreAnswered();
  }

  @Test
  void whoAsksForAllMetricsAllTheTimeHoldsNobodyElseUp() throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> asking = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        asking.add(
            clients.submit(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    answer("/metrics");
                  }
                  return null;
                }));
      }
      try {
        assertThatProbesAreAnswered();
      } finally {
        asking.forEach(client -> client.cancel(true));
      }
    }
  }

  private Socket hold(String begun) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    held.add(socket);
    if (!begun.isEmpty()) {
      socket.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
    }
    return socket;
  }

  /** As a kubelet asks: no probe too often without an answer in its time. */
  private void assertThatProbesAreAnswered() throws IOException {
    var late = 0;
    for (int i = 0; i < PROBES; i++) {
      for (String path : List.of("/healthz", "/readyz", "/metrics")) {
        late = answer(path).startsWith("HTTP/1.1 ") ? 0 : late + 1;
        assertThat(late).as("probes of %s in a row without an answer", path).isLessThan(FORGIVEN);
      }
    }
  }

  /** Empty where there is none in time. */
  private String answer(String path) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PROBE.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .formatted(path)
                  .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
