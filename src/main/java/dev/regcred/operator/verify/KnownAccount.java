package dev.regcred.operator.verify;

import dev.regcred.operator.verify.ScheduledCheck.Way;
import dev.regcred.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An account at a host, and whether it was refused there. It is to be used under a lock.
 *
 * @param <C> what names a credential
 */
final class KnownAccount<C> {
  /** How long a refused account is not sent again, whoever changes whatever but its value. */
  static final Duration REFUSED_AGAIN = Duration.ofMinutes(10);

  private static final Duration LONGEST_REFUSED = Duration.ofHours(24);

  /** Its checks, one for each way. */
  final Map<Way, ScheduledCheck<C>> checks = new HashMap<>();

  /** Whether it is being checked: it is sent once at a time. */
  boolean isRunning;

  private @Nullable Verdict refusal;
  private boolean isForgiven;
  private int refusals;
  private int unclear;
  private Instant refusedAt = Instant.EPOCH;
  private Instant quietUntil = Instant.MIN;

  /** Those that name it. */
  Stream<C> users() {
    return checks.values().stream().flatMap(check -> check.users().stream());
  }

  /**
   * The verdict by which it was refused, which counts until the registry takes it: that it may be
   * sent once more says nothing of it. Null where it was not.
   */
  @Nullable Verdict refusal() {
    return refusal;
  }

  /** Whether it is not sent, since it was refused and nobody has had that forgiven. */
  boolean isHeldBack() {
    return refusal != null && !isForgiven;
  }

  void refused(Verdict verdict, Instant now) {
    refusal = verdict;
    isForgiven = false;
    refusals++;
    refusedAt = now;
  }

  /**
   * The registry took it.
   *
   * @return whether it was refused before
   */
  boolean accepted() {
    var wasRefused = refusal != null;
    refusal = null;
    isForgiven = false;
    refusals = 0;
    unclear = 0;
    return wasRefused;
  }

  /**
   * It was shown, and nobody knows what became of it. It is not sent again for a while, whoever
   * asks for it in whatever way, as it may be a wrong one that the registry takes its time over.
   */
  void unclear(Instant now) {
    unclear++;
    quietUntil = now.plus(CheckSchedule.doubled(REFUSED_AGAIN, unclear, LONGEST_REFUSED));
  }

  /** Until when it is not sent, whatever its checks want; long ago where nothing is against it. */
  Instant quietUntil() {
    return quietUntil;
  }

  /** Lets it be sent once more, if it was not refused a moment ago. */
  boolean forgive(Instant now) {
    var wait = CheckSchedule.doubled(REFUSED_AGAIN, refusals, LONGEST_REFUSED);
    if (refusedAt.plus(wait).isAfter(now)) {
      return false;
    }
    isForgiven = true;
    return true;
  }

  /** Whether it was refused, or may have been, since it was taken last. */
  boolean wasRefused() {
    return refusals > 0 || unclear > 0;
  }

  /** Whether nothing is known of it but what a status may say. */
  boolean isNew() {
    return !wasRefused()
        && !isRunning
        && checks.values().stream().allMatch(check -> check.verdict == null);
  }
}
