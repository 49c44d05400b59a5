package dev.regcred.integration;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A way to the API server, through a port of this machine, that can be cut and mended. */
final class BreakableConnection implements AutoCloseable {
  private final Config direct;
  private final URI target;

  /** Keeps the port while it is cut; as nobody listens there, connections are refused. */
  private final Socket kept = new Socket();

  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listener;

  /** Held by one who passes something on. */
  private final ReentrantReadWriteLock stall = new ReentrantReadWriteLock();

  /** Cut at first. */
  BreakableConnection(Config direct) throws IOException {
    this.direct = direct;
    this.target = URI.create(direct.getMasterUrl());
    kept.setReuseAddress(true); // Else the listener could not be bound beside it.
    kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** The same way in, but through this. */
  Config config() {
    return new ConfigBuilder(direct)
        .withMasterUrl("https://127.0.0.1:" + kept.getLocalPort())
        .withDisableHostnameVerification(true)
        .build();
  }

  void mend() throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(kept.getLocalSocketAddress());
    listener = socket;
    Thread.startVirtualThread(() -> accept(socket));
  }

  void cut() throws IOException {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /** Forwards nothing any more, and closes nothing: new connections are accepted, too. */
  void stall() {
    stall.writeLock().lock();
  }

  /** Forwards what has come meanwhile, and goes on. By the thread that has stalled it. */
  void resume() {
    stall.writeLock().unlock();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        var inward = socket.accept();
        var outward = new Socket(target.getHost(), target.getPort());
        open.add(inward);
        open.add(outward);
        Thread.startVirtualThread(() -> copy(inward, outward));
        Thread.startVirtualThread(() -> copy(outward, inward));
      } catch (IOException e) {
        // Cut, or the API server does not answer: then the connection simply ends.
      }
    }
  }

  private void copy(Socket from, Socket to) {
    var buffer = new byte[8192];
    try (from;
        to) {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        stall.readLock().lock();
        try {
          to.getOutputStream().write(buffer, 0, read);
        } finally {
          stall.readLock().unlock();
        }
      }
    } catch (IOException e) {
      // One end is closed, and so is now the other.
    }
  }

  @Override
  public void close() {
    try (kept) {
      cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
