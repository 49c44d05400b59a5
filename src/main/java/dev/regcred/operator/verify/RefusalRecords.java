package dev.regcred.operator.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statuses that have recorded, before this operator was started, that an account was refused.
 * Until all of them have been looked at nobody is asked: which values they speak of is not known
 * before. It is to be used under a lock.
 *
 * @param <C> what names a credential
 */
final class RefusalRecords<C> {
  /** How long after a start they are waited for. */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private final Supplier<Set<C>> recorded;
  private final Set<C> held = new HashSet<>();
  private @Nullable Awaited<C> awaited;

  private record Awaited<C>(Set<C> left, Instant end) {}

  /**
   * Records that nobody has looked at yet.
   *
   * @param recorded the credentials with such a status; asked once, at the first look
   */
  RefusalRecords(Supplier<Set<C>> recorded) {
    this.recorded = recorded;
  }

  /** Until when they are waited for; null once they are not any more. */
  @Nullable Instant awaitedUntil(Instant now) {
    var those = awaited(now);
    return those.left().isEmpty() ? null : those.end();
  }

  /** A credential waits for them. */
  void hold(C credential) {
    held.add(credential);
  }

  /** A credential waits for nothing any more. */
  void release(C credential) {
    held.remove(credential);
  }

  /**
   * A credential has been looked at, and what its status has recorded is known.
   *
   * @param woken gets those that have waited, if there is nothing to wait for any more
   */
  void lookedAt(C credential, Instant now, Collection<C> woken) {
    var those = awaited(now);
    those.left().remove(credential);
    if (those.left().isEmpty()) {
      woken.addAll(held);
      held.clear();
    }
  }

  /** A credential is gone, and whoever has not begun to wait for it does not begin for that. */
  void gone(C credential, Instant now, Collection<C> woken) {
    release(credential);
    if (awaited != null) {
      lookedAt(credential, now, woken);
    }
  }

  private Awaited<C> awaited(Instant now) {
    if (awaited == null) {
      awaited = new Awaited<>(new HashSet<>(recorded.get()), now.plus(LIMIT));
    }
    if (!awaited.end().isAfter(now)) {
      awaited.left().clear();
    }
    return awaited;
  }
}
