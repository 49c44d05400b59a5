package dev.regcred.operator.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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
   * How many different accounts are refused within {@link #WINDOW} before the host is left alone.
   * GitLab bans an address that fails 30 times in 3 minutes.
   */
  static final int REFUSALS = 3;

  static final Duration WINDOW = Duration.ofMinutes(3);
  static final Duration PAUSE = Duration.ofMinutes(10);

  private final Map<String, Instant> refusals = new HashMap<>();
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

  /** How long it is left alone because too many accounts were refused; null if it is not. */
  @Nullable Instant pausedUntil(Instant now) {
    return pausedUntil != null && pausedUntil.isAfter(now) ? pausedUntil : null;
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

  /** An account was refused. */
  void refused(String account, Instant now) {
    refusals.values().removeIf(time -> time.isBefore(now.minus(WINDOW)));
    refusals.put(account, now);
    if (refusals.size() >= REFUSALS) {
      pausedUntil = now.plus(PAUSE);
      refusals.clear();
    }
  }

  /** Whether nothing has to be remembered of it. */
  boolean isIdle(Instant now) {
    return pausedUntil(now) == null
        && notBefore(now) == null
        && !nextSlot.isAfter(now.minus(EVERY.multipliedBy(BURST - 1)))
        && refusals.values().stream().allMatch(time -> time.isBefore(now.minus(WINDOW)));
  }
}
