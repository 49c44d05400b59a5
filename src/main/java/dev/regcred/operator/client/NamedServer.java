package dev.regcred.operator.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS with a server that calls itself otherwise than it is reached by, as {@code tls-server-name}
 * of a kubeconfig says: that name is asked for, and the certificate has to be for it.
 */
final class NamedServer extends SSLSocketFactory {
  private final SSLSocketFactory sockets;
  private final String name;

  NamedServer(SSLSocketFactory sockets, String name) {
    this.sockets = sockets;
    this.name = name;
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean isClosedWith)
      throws IOException {
    var socket = (SSLSocket) sockets.createSocket(plain, name, port, isClosedWith);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw notUsed();
  }

  /** OkHttp connects by itself, through a proxy perhaps, and puts TLS on what is connected. */
  private static UnsupportedOperationException notUsed() {
    return new UnsupportedOperationException("TLS is put on a socket that is connected already");
  }
}
