package dev.regcred.plan.credential;

import java.time.Instant;
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
}
