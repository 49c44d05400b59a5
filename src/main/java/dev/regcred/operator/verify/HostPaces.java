package dev.regcred.operator.verify;

import dev.regcred.verification.AllowedHosts;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paces of all hosts. An account may be refused by the host of its registry, and by those that
 * its Registry names for tokens: a refusal counts at each. Else, by many Registries of hosts of
 * one's own, a host of others could be made to refuse without an end. It is to be used under a
 * lock.
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

  /** How long one that the account may be shown to is left alone; null if none is. */
  @Nullable Instant pausedUntil(CheckRequest request, Instant now) {
    return accountHosts(request).stream()
        .map(hosts::get)
        .filter(Objects::nonNull)
        .map(host -> host.pausedUntil(now))
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }

  /** An account was refused. */
  void refused(CheckRequest request, String account, Instant now) {
    accountHosts(request).forEach(host -> of(host).refused(account, now));
  }

  /** Forgets those of which nothing has to be remembered. */
  void forgetIdle(Instant now) {
    hosts.values().removeIf(host -> host.isIdle(now));
  }
}
