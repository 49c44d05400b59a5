package dev.regcred.testregistry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on the loopback interface that answers whatever it is told, also what no server should,
 * and remembers what it was sent. Each connection serves one request.
 */
public final class ScriptedRegistry implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final ServerSocket socket;
  private final Script script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private ScriptedRegistry(ServerSocket socket, Script script) {
    this.socket = socket;
    this.script = script;
  }

  /**
   * A request that came.
   *
   * @param target path and query
   * @param headers by their names in lower case
   */
  public record Request(String method, String target, Map<String, String> headers) {
    /** The account or token that it shows; null for none. */
    public @Nullable String authorization() {
      return headers.get("authorization");
    }
  }

  /** What is answered. */
  @FunctionalInterface
  public interface Script {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  /**
   * Starts one that speaks TLS.
   *
   * @param address that it listens at, one of the loopback
   */
  public static ScriptedRegistry start(
      ServerIdentity identity, InetAddress address, Script script) {
    return start(
        () ->
            identity
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, address),
        script);
  }

  /** Starts one that does not. */
  public static ScriptedRegistry startPlain(InetAddress address, Script script) {
    return start(() -> new ServerSocket(0, BACKLOG, address), script);
  }

  private interface Sockets {
    ServerSocket open() throws IOException;
  }

  private static ScriptedRegistry start(Sockets sockets, Script script) {
    try {
      var registry = new ScriptedRegistry(sockets.open(), script);
      Thread.ofVirtual().start(registry::accept);
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (true) {
      try {
        var connection = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return; // It is closed.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var reader =
          new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
      var first = reader.readLine();
      if (first == null) {
        return;
      }
      var headers = new HashMap<String, String>();
      for (String line = reader.readLine();
          line != null && !line.isEmpty();
          line = reader.readLine()) {
        var colon = line.indexOf(':');
        if (colon < 0) {
          return; // No HTTP, as where TLS comes to one without it.
        }
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      var words = first.split(" ", -1);
      var request = new Request(words[0], words[1], Map.copyOf(headers));
      requests.add(request);
      script.answer(request, connection.getOutputStream());
      connection.getOutputStream().flush();
    } catch (SocketException e) {
      // The client has had enough.
    } catch (IOException e) {
      // The same, of TLS.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An answer as it goes over the wire. */
  public static void reply(OutputStream out, int status, String body, String... headers)
      throws IOException {
    var text = new StringBuilder("HTTP/1.1 " + status + " -\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    out.write(text.toString().getBytes(ISO_8859_1));
  }

  /** The port that it listens at. */
  public int port() {
    return socket.getLocalPort();
  }

  /** What came, in its order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** How many of the requests showed an account. */
  public long logins() {
    return requests.stream()
        .filter(
            request ->
                request.authorization() != null && request.authorization().startsWith("Basic "))
        .count();
  }

  /** How many connections were made, be it without a request. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
