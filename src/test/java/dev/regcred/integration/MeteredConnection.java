package dev.regcred.integration;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A way to the API server, through a port of this machine, that counts what comes back. */
final class MeteredConnection implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final URI target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder received = new LongAdder();

  MeteredConnection(Config direct) throws IOException {
    target = URI.create(direct.getMasterUrl());
    listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  String url() {
    return "https://127.0.0.1:" + listener.getLocalPort();
  }

  /** What the API server has sent so far, with what TLS adds. */
  long bytesReceived() {
    return received.sum();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var inward = listener.accept();
        var outward = new Socket(target.getHost(), target.getPort());
        open.add(inward);
        open.add(outward);
        Thread.startVirtualThread(() -> copy(inward, outward, false));
        Thread.startVirtualThread(() -> copy(outward, inward, true));
      } catch (IOException e) {
        // Closed, or the API server does not answer: then the connection simply ends.
      }
    }
  }

  private void copy(Socket from, Socket to, boolean isCounted) {
    try (from;
        to) {
      pump(from.getInputStream(), to.getOutputStream(), isCounted);
    } catch (IOException e) {
      // One end is closed, and so is now the other.
    }
  }

  private void pump(InputStream from, OutputStream to, boolean isCounted) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      if (isCounted) {
        received.add(read);
      }
      to.write(buffer, 0, read);
      to.flush();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
