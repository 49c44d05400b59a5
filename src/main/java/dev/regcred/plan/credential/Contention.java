package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Readiness;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A contention is a fight with somebody else who changes a Secret, or the list of a ServiceAccount,
 * each time that we have put it right.
 *
 * @param corrections how often in a row we have
 * @param until when it is put right again
 * @param manager the other writer's field manager; null where that is not known
 * @param isPutBack whether it is a Secret that the operator had deleted
 */
public record Contention(
    int corrections, Instant until, @Nullable String manager, boolean isPutBack) {
  /** A fight for what is there, by us and by them. */
  public Contention(int corrections, Instant until, @Nullable String manager) {
    this(corrections, until, manager, false);
  }

  /**
   * The readiness that says that somebody else does, and who.
   *
   * @param object what is fought for, such as {@code Secret pull}
   */
  Readiness readiness(String object) {
    return Readiness.reconciling(
        Reason.CONTESTED,
        (isPutBack
                ? "%s was withdrawn %s times in a row and is put back%s each time. It is withdrawn"
                    + " again at %s; let only one of the two decide whether it is there."
                : "%s was put right %s times in a row and is changed again%s each time. It is put"
                    + " right again at %s; let only one of the two write it.")
            .formatted(
                object, corrections, manager == null ? "" : " by " + manager, inSeconds(until)));
  }

  /** Rounded up, as it is not before: times in a status have seconds (RFC 3339). */
  private static Instant inSeconds(Instant time) {
    var seconds = time.truncatedTo(ChronoUnit.SECONDS);
    return seconds.equals(time) ? time : seconds.plusSeconds(1);
  }
}
