package dev.regcred.verification;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The hosts that requests may be sent to, by their names as they are asked for: what tenants write
 * decides which these are, within what this allows.
 *
 * @param patterns names and IP addresses in lower case, or {@code *.} before the end of a name;
 *     with none all hosts are allowed whose addresses are public
 */
public record AllowedHosts(List<String> patterns) {
  /**
   * The token endpoints that are known to be of the same registry, of those that are on another
   * host.
   */
  private static final Map<String, String> KNOWN_REALMS =
      Map.of("registry-1.docker.io", "auth.docker.io", "registry.gitlab.com", "gitlab.com");

  public AllowedHosts {
    patterns = List.copyOf(patterns);
  }

  /** Whether requests may be sent to a host. */
  public boolean isAllowed(String host) {
    return patterns.isEmpty() || isNamed(host);
  }

  /** Whether a connection may be made, for a host that is allowed, to an address. */
  public boolean isAllowed(String host, NetworkScope address) {
    return switch (address) {
      case PUBLIC -> true;
      case INTERNAL -> isNamed(host);
      case FORBIDDEN -> false;
    };
  }

  private boolean isNamed(String host) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.startsWith("*.")
                    ? host.endsWith(pattern.substring(1)) && host.length() >= pattern.length()
                    : host.equals(pattern));
  }

  /**
   * The hosts that an account of a registry may be sent to: its own, and those of token endpoints.
   *
   * @param registry the registry's host
   * @param named the hosts that its Registry names
   */
  public static Set<String> accountHosts(String registry, List<String> named) {
    var hosts = new TreeSet<>(named);
    hosts.add(registry);
    Optional.ofNullable(KNOWN_REALMS.get(registry)).ifPresent(hosts::add);
    return hosts;
  }

  /**
   * Whether an account of a registry may be sent to a token endpoint that the registry names: to
   * the registry's own host, whatever the port, and else only to where somebody else has said so.
   *
   * @param registry the registry's host
   * @param named the hosts that its Registry names
   */
  public static boolean isRealmOf(String registry, List<String> named, String host) {
    return accountHosts(registry, named).contains(host);
  }
}
