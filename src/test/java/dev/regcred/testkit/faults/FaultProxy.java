package dev.regcred.testkit.faults;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 proxy in front of the real API server that counts writes, brings about faults, and
 * dies when it is told to: then nothing passes any more, as if the operator had been killed there.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int HTTPS_PORT = 443;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Config direct;
  private final URI target;
  private final @Nullable SSLSocketFactory tls;
  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<ApiRequest> death = new CompletableFuture<>();
  private final AtomicLong writes = new AtomicLong();
  private volatile long lastWrite = System.nanoTime();
  private volatile long unsent = Long.MAX_VALUE;
  private volatile long unanswered = Long.MAX_VALUE;
  private volatile boolean isClosed;
  private volatile Function<ApiRequest, Fault> rule = _ -> Fault.none();
  private volatile Predicate<ApiRequest> counted = ApiRequest::isWrite;
  private volatile BiConsumer<ApiRequest, Integer> listener = (_, _) -> {};

  /**
   * Listens on a free port of this machine.
   *
   * @param direct the way to the API server; it is asked with whatever token the client sends, or
   *     with this one's: by a kubeconfig none is sent in the clear
   */
  public FaultProxy(Config direct) throws IOException {
    this.direct = direct;
    target = URI.create(direct.getMasterUrl());
    try {
      tls =
          "https".equals(target.getScheme())
              ? SSLUtils.sslContext(direct).getSocketFactory()
              : null;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  /** The same way in, but through this. */
  public Config config() {
    return new ConfigBuilder(direct)
        .withMasterUrl("http://127.0.0.1:" + socket.getLocalPort())
        .build();
  }

  /**
   * What happens to each request from now on. It is asked before the request is counted or
   * forwarded, and nothing goes on until it has answered.
   */
  public void rule(Function<ApiRequest, Fault> newRule) {
    rule = newRule;
  }

  /** Told of each status code that the API server itself has answered by, from now on. */
  public void onAnswer(BiConsumer<ApiRequest, Integer> newListener) {
    listener = newListener;
  }

  /** Which requests count as writes; {@link ApiRequest#isWrite} unless said. */
  public void count(Predicate<ApiRequest> which) {
    counted = which;
  }

  /** How many writes have come so far, whatever became of them. */
  public long writes() {
    return writes.get();
  }

  /** {@link System#nanoTime} of the last write, or of the start. */
  public long lastWrite() {
    return lastWrite;
  }

  /**
   * Dies before the n-th write from now on is forwarded.
   *
   * @param n from 1
   */
  public void dieBefore(long n) {
    unsent = writes.get() + n;
  }

  /** Dies after the API server has done the n-th write from now on; its answer is lost. */
  public void dieAfter(long n) {
    unanswered = writes.get() + n;
  }

  /** Completed, with the write at which it was, when it has died. */
  public CompletableFuture<ApiRequest> death() {
    return death;
  }

  /** Closes all connections; new ones are accepted. */
  public void cutConnections() {
    open.forEach(FaultProxy::close);
  }

  /** Closes all connections and refuses new ones. */
  @Override
  public void close() {
    isClosed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // It is not listening any more, which is what this is for.
    }
    cutConnections();
  }

  private void die(ApiRequest last) {
    close();
    death.complete(last);
  }

  private void accept() {
    while (!isClosed) {
      try {
        var client = socket.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var server = new Socket(target.getHost(), port())) {
      open.add(client);
      open.add(server);
      if (!isClosed) {
        new Connection(client, secured(server)).serve();
      }
    } catch (IOException e) {
      // One end is closed, and so is now the other.
    }
    open.removeIf(Socket::isClosed);
  }

  private int port() {
    return target.getPort() < 0 ? HTTPS_PORT : target.getPort();
  }

  /** Over this one, which is what gets closed: TLS wants to say goodbye and may wait for it. */
  private Socket secured(Socket socket) throws IOException {
    return tls == null ? socket : tls.createSocket(socket, target.getHost(), port(), true);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed all the same.
    }
  }

  /** One connection of the client, and its own to the API server. */
  private final class Connection {
    private final InputStream fromClient;
    private final OutputStream toClient;
    private final InputStream fromServer;
    private final OutputStream toServer;

    Connection(Socket client, Socket server) throws IOException {
      fromClient = new BufferedInputStream(client.getInputStream());
      toClient = new BufferedOutputStream(client.getOutputStream());
      fromServer = new BufferedInputStream(server.getInputStream());
      toServer = new BufferedOutputStream(server.getOutputStream());
    }

    /** One request after the other, until one of them ends the connection. */
    void serve() throws IOException {
      var isOpen = true;
      while (isOpen) {
        var head = HttpMessage.read(fromClient);
        isOpen = head != null && answer(head, head.readBody(fromClient));
      }
    }

    private boolean answer(HttpMessage head, byte[] body) throws IOException {
      var request =
          new ApiRequest(
              head.word(0),
              head.word(1),
              new String(body, StandardCharsets.UTF_8),
              head.field("Sec-WebSocket-Key") != null);
      var fault = rule.apply(request);
      var n = counted.test(request) ? countOne() : 0;
      if (n >= unsent) {
        die(request);
        return false;
      }
      if (n >= unanswered) {
        forward(request, head, body, OutputStream.nullOutputStream());
        die(request);
        return false;
      }
      return switch (fault) {
        case Fault.None() -> forward(request, head, body, toClient);
        case Fault.Answer answer -> answer(answer);
        case Fault.ConnectionLost() -> false;
        case Fault.Silence() -> awaitEnd();
        case Fault.AnswerLost() -> {
          forward(request, head, body, OutputStream.nullOutputStream());
          yield false;
        }
        case Fault.WatchEvent(var event) -> {
          if (head.field("Sec-WebSocket-Key") == null) {
            // The client falls back to a watch by plain HTTP.
            yield answer(new Fault.Answer(200, Map.of(), event + "\n"));
          }
          WebSocketAnswer.write(head, event, toClient);
          yield awaitEnd();
        }
      };
    }

    /** Until the client has given up. */
    private boolean awaitEnd() throws IOException {
      fromClient.transferTo(OutputStream.nullOutputStream());
      return false;
    }

    private long countOne() {
      lastWrite = System.nanoTime();
      return writes.incrementAndGet();
    }

    private boolean answer(Fault.Answer answer) throws IOException {
      var body = answer.body().getBytes(StandardCharsets.UTF_8);
      var fields = new ArrayList<String>();
      answer.headers().forEach((name, value) -> fields.add(name + ": " + value));
      fields.add("Content-Type: application/json");
      new HttpMessage("HTTP/1.1 " + answer.code() + " Fault", fields)
          .withLength(body.length)
          .writeTo(toClient);
      toClient.write(body);
      toClient.flush();
      return true;
    }

    /**
     * Hands a request on, and the answer back.
     *
     * @return whether another request can follow
     */
    private boolean forward(ApiRequest request, HttpMessage head, byte[] body, OutputStream out)
        throws IOException {
      authorized(head.withLength(body.length)).writeTo(toServer);
      toServer.write(body);
      toServer.flush();
      var answer = HttpMessage.read(fromServer);
      if (answer == null) {
        return false;
      }
      answer.writeTo(out);
      var code = Integer.parseInt(answer.word(1));
      listener.accept(request, code);
      if (code == SWITCHING_PROTOCOLS) {
        Thread.startVirtualThread(() -> pass(fromClient, toServer));
        pass(fromServer, toClient);
        return false;
      }
      if (head.word(0).equals("HEAD") || code == 204 || code == 304) {
        return true;
      }
      answer.copyBody(fromServer, out);
      return answer.isDelimited();
    }

    private HttpMessage authorized(HttpMessage head) {
      if (direct.getOauthToken() == null || head.field("Authorization") != null) {
        return head;
      }
      var fields = new ArrayList<>(head.fields());
      fields.add("Authorization: Bearer " + direct.getOauthToken());
      return new HttpMessage(head.start(), fields);
    }

    /** From here to there until one of the two ends. */
    private static void pass(InputStream from, OutputStream to) {
      var buffer = new byte[8192];
      try (from;
          to) {
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
          to.write(buffer, 0, read);
          to.flush();
        }
      } catch (IOException e) {
        // Then the other end learns of it, too.
      }
    }
  }
}
