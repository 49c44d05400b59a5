package dev.regcred.operator.verify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/**
 * A factory of sockets for one host, which connect only to addresses that it may be at. The address
 * is judged where the connection is made, after the name was resolved: a name that resolves to
 * another address the next time leads nowhere.
 */
final class JudgedSockets extends SocketFactory {
  private final Predicate<byte[]> allowed;

  /**
   * A factory of sockets.
   *
   * @param allowed whether the host may be at an address, of 4 or 16 bytes
   */
  JudgedSockets(Predicate<byte[]> allowed) {
    this.allowed = allowed;
  }

  /** The address is of a network that may not be reached. */
  static final class ForbiddenAddressException extends IOException {
    private ForbiddenAddressException() {
      super("The host is at an address that is not allowed.");
    }
  }

  private final class JudgedSocket extends Socket {
    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
      if (!(endpoint instanceof InetSocketAddress address)
          || address.getAddress() == null
          || !allowed.test(address.getAddress().getAddress())) {
        throw new ForbiddenAddressException();
      }
      super.connect(endpoint, timeoutMillis);
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
      connect(endpoint, 0);
    }
  }

  @Override
  public Socket createSocket() {
    return new JudgedSocket();
  }

  @Override
  public Socket createSocket(String name, int port) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(String name, int port, InetAddress local, int localPort) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(InetAddress address, int port) {
    throw notUsed();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) {
    throw notUsed();
  }

  /** OkHttp connects by itself. */
  private static UnsupportedOperationException notUsed() {
    return new UnsupportedOperationException("These would be connected already");
  }
}
