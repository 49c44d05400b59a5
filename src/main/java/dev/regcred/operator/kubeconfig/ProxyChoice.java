package dev.regcred.operator.kubeconfig;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the proxy that leads to the API server: {@code proxy-url}, or else what the
 * environment says, by the rules of Go's {@code golang.org/x/net/http/httpproxy}. The client's own
 * reading of {@code NO_PROXY} is another: to it {@code ample.com} stands for {@code example.com},
 * and it knows neither {@code *} nor ports.
 */
final class ProxyChoice {
  private static final Map<String, Integer> PORTS = Map.of("http", 80, "socks5", 1080);

  private ProxyChoice() {}

  /** The proxy for a server; null if there is none. */
  static @Nullable String of(Section cluster, URI server, Map<String, String> environment) {
    var url = cluster.text("proxy-url");
    if (url != null) {
      return checked(url, why -> cluster.refused("proxy-url", why));
    }
    return ofEnvironment(server, environment);
  }

  static @Nullable String ofEnvironment(URI server, Map<String, String> environment) {
    var variable = server.getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
    var url = variable(environment, variable);
    if (url.isEmpty() || isLeftOut(server, variable(environment, "NO_PROXY"))) {
      return null;
    }
    return checked(
        url.contains("://") ? url : "http://" + url,
        why -> new IllegalArgumentException("the environment variable " + variable + " " + why));
  }

  private static String variable(Map<String, String> environment, String name) {
    var upper = environment.getOrDefault(name, "");
    return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
  }

  @FunctionalInterface
  private interface Refusal {
    IllegalArgumentException because(String why);
  }

  private static String checked(String text, Refusal refusal) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw refusal.because("is not a URL");
    }
    var port = url.getScheme() == null ? null : PORTS.get(url.getScheme());
    if (port == null) {
      throw refusal.because("is served with http:// and socks5:// only");
    }
    if (url.getHost() == null) {
      throw refusal.because("has no host");
    }
    if (!isPort(url)) {
      throw refusal.because("has a port that can't be: allowed is 1 to 65535");
    }
    if (url.getScheme().equals("socks5") && url.getUserInfo() != null) {
      throw refusal.because("has a user name, which is served with http:// only");
    }
    var user = url.getRawUserInfo() == null ? "" : url.getRawUserInfo() + "@";
    return "%s://%s%s:%s"
        .formatted(url.getScheme(), user, url.getHost(), url.getPort() < 0 ? port : url.getPort());
  }

  /** Whether it names no port, or one that can be. */
  static boolean isPort(URI url) {
    return url.getPort() >= -1 && url.getPort() != 0 && url.getPort() <= 65_535;
  }

  /** Whether it is this machine, or the list names it. */
  private static boolean isLeftOut(URI server, String list) {
    var host = server.getHost().toLowerCase(Locale.ROOT);
    var address = address(host);
    if (host.equals("localhost") || (address != null && address.isLoopbackAddress())) {
      return true;
    }
    var port =
        server.getPort() >= 0 ? server.getPort() : server.getScheme().equals("https") ? 443 : 80;
    return Arrays.stream(list.toLowerCase(Locale.ROOT).split(","))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> matches(entry, host, address, port));
  }

  private static boolean matches(
      String entry, String host, @Nullable InetAddress address, int port) {
    if (entry.equals("*")) {
      return true;
    }
    var slash = entry.indexOf('/');
    if (slash >= 0) {
      var network = address(entry.substring(0, slash));
      return address != null
          && network != null
          && isWithin(network, entry.substring(slash + 1), address);
    }
    var excepted = address(entry);
    if (excepted != null) {
      return excepted.equals(address);
    }
    var colon = entry.lastIndexOf(':');
    if (colon >= 0) {
      return entry.substring(colon + 1).equals(String.valueOf(port))
          && matches(entry.substring(0, colon), host, address, port);
    }
    var domain = entry.startsWith("*.") ? entry.substring(1) : entry;
    return host.endsWith(domain.startsWith(".") ? domain : "." + domain) || host.equals(domain);
  }

  private static boolean isWithin(InetAddress network, String bits, InetAddress address) {
    if (!bits.matches("[0-9]{1,3}")) {
      return false;
    }
    var left = network.getAddress();
    var right = address.getAddress();
    var length = Integer.parseInt(bits);
    if (left.length != right.length || length > left.length * 8) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      var mask = 0x80 >> bit % 8;
      if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The address that a text is; null for a name, as none is ever looked up. */
  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
