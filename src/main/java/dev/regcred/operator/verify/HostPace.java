package dev.regcred.operator.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pace at which one host is asked, and the pauses in which it is not. It is to be used under a
 * lock.
 */
final class HostPace {
  /** How many checks are begun in a row; after them one every {@link #EVERY}. */
  static final int BURST = 5;

  static final Duration EVERY = Duration.ofSeconds(1);

  /**
   * How many different accounts of a namespace are refused within {@link #WINDOW} before that
   * namespace leaves the host alone; and of how many namespaces, before all do. So no more than
   * seven are refused, and GitLab bans an address that fails 30 times in 3 minutes.
   */
  static final int REFUSALS = 3;

  static final Duration WINDOW = Duration.ofMinutes(3);
  static final Duration PAUSE = Duration.ofMinutes(10);

  private record Refusal(String namespace, Instant time) {}

  private final Map<String, Refusal> refusals = new HashMap<>();
  private final Map<String, Instant> pausedNamespaces = new HashMap<>();
  private Instant nextSlot = Instant.MIN;
  private @Nullable Instant pausedUntil;
  private @Nullable Instant notBefore;

  /** The time of the next check, which nobody else gets; no earlier than now. */
  Instant reserve(Instant now) {
    var earliest = now.minus(EVERY.multipliedBy(BURST - 1));
    var slot = nextSlot.isBefore(earliest) ? earliest : nextSlot;
    nextSlot = slot.plus(EVERY);
    return slot.isBefore(now) ? now : slot;
  }

  /**
   * How long a namespace leaves it alone because too many accounts were refused; null if it does
   * not.
   */
  @Nullable Instant pausedUntil(String namespace, Instant now) {
    return Stream.of(
            Optional.ofNullable(pausedUntil), Optional.ofNullable(pausedNamespaces.get(namespace)))
        .flatMap(Optional::stream)
        .filter(until -> until.isAfter(now))
        .max(Instant::compareTo)
        .orElse(null);
  }

  /** How long it is left alone because it has said so; null if it is not. */
  @Nullable Instant notBefore(Instant now) {
    return notBefore != null && notBefore.isAfter(now) ? notBefore : null;
  }

  /** It wants to be left alone for a while. */
  void retryAfter(Instant now, Duration wait) {
    var until = now.plus(wait);
    if (notBefore == null || notBefore.isBefore(until)) {
      notBefore = until;
    }
  }

  /**
   * An account was refused.
   *
   * @param namespace of the credential that it was sent for; empty for a cluster-wide one
   */
  void refused(String namespace, String account, Instant now) {
    forget(now);
    refusals.put(account, new Refusal(namespace, now));
    var namespaces = refusals.values().stream().map(Refusal::namespace).toList();
    if (namespaces.stream().filter(namespace::equals).count() >= REFUSALS) {
      pausedNamespaces.put(namespace, now.plus(PAUSE));
    }
    if (namespaces.stream().distinct().count() >= REFUSALS) {
      pausedUntil = now.plus(PAUSE);
      refusals.clear();
    }
  }

  private void forget(Instant now) {
    refusals.values().removeIf(refusal -> refusal.time().isBefore(now.minus(WINDOW)));
    pausedNamespaces.values().removeIf(until -> !until.isAfter(now));
  }

  /** Whether nothing has to be remembered of it. */
  boolean isIdle(Instant now) {
    forget(now);
    return (pausedUntil == null || !pausedUntil.isAfter(now))
        && notBefore(now) == null
        && !nextSlot.isAfter(now.minus(EVERY.multipliedBy(BURST - 1)))
        && refusals.isEmpty()
        && pausedNamespaces.isEmpty();
  }
}
