package dev.regcred.testkit;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** An HTTP server of this machine for a test of how answers are read; it is no API server. */
public final class LocalHttpServer {
  private LocalHttpServer() {}

  /**
   * Starts one on a free port.
   *
   * @param handler answers each request, on a thread of its own
   */
  public static HttpServer start(HttpHandler handler) {
    try {
      var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", handler);
      http.start();
      return http;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
