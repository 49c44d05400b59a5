package dev.regcred.operator.verify;

import dev.regcred.verification.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer to an {@link AccountQuestion}: what is known at once, and when there may be more.
 *
 * @param verdict the last one; null where there is none yet
 * @param pausedUntil how long the host is left alone because it has refused several accounts; null
 *     if it is not, or nobody wants to ask it
 * @param again when to ask again, besides when one is woken; null for never
 * @param awaitedUntil how long it is worth waiting for the first verdict; null where there is one,
 *     or none is to be had soon
 */
public record AccountAnswer(
    @Nullable Verdict verdict,
    @Nullable Instant pausedUntil,
    @Nullable Instant again,
    @Nullable Instant awaitedUntil) {
  /** An answer that nobody waits for. */
  AccountAnswer(@Nullable Verdict verdict, @Nullable Instant pausedUntil, @Nullable Instant again) {
    this(verdict, pausedUntil, again, null);
  }

  /** The same for one who waits; as it is where there is a verdict, or none to be had soon. */
  AccountAnswer awaited(Instant until) {
    return verdict == null && pausedUntil == null
        ? new AccountAnswer(null, null, again, until)
        : this;
  }
}
