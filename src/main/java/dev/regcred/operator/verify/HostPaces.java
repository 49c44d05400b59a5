package dev.regcred.operator.verify;

import dev.regcred.verification.AllowedHosts;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paces of all hosts. An account may be refused by the host of its registry, or by one that its
 * Registry names for tokens: it counts at the one that has refused it, whatever the Registry names.
 * Else, by many Registries of hosts of one's own, a host of others could be made to refuse without
 * an end. It is to be used under a lock.
 */
final class HostPaces {
  private final Map<String, HostPace> hosts = new HashMap<>();

  /** The pace of a registry's own host. */
  HostPace of(CheckRequest request) {
    return of(request.registry().host());
  }

  private HostPace of(String host) {
    return hosts.computeIfAbsent(host, _ -> new HostPace());
  }

  private static Set<String> accountHosts(CheckRequest request) {
    return AllowedHosts.accountHosts(request.registry().host(), request.realmHosts());
  }

  /** How long a namespace leaves one alone that the account may be shown to; null if none. */
  @Nullable Instant pausedUntil(CheckRequest request, String namespace, Instant now) {
    return accountHosts(request).stream()
        .map(hosts::get)
        .filter(Objects::nonNull)
        .map(host -> host.pausedUntil(namespace, now))
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }

  /**
   * An account was refused.
   *
   * @param by the host that did; null for the registry's own
   */
  void refused(
      CheckRequest request, @Nullable String by, String namespace, String account, Instant now) {
    of(by == null ? request.registry().host() : by).refused(namespace, account, now);
  }

  /** Forgets those of which nothing has to be remembered. */
  void forgetIdle(Instant now) {
    hosts.values().removeIf(host -> host.isIdle(now));
  }
}
