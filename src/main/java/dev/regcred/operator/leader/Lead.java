package dev.regcred.operator.leader;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The lead of one process: it stands by, leads until its renew deadline unless it is renewed
 * before, and has led for good after that. Any thread may ask; whoever sees the deadline passed
 * ends the lead for all, so that no renewal takes it up again.
 */
final class Lead {
  private final LongSupplier nanoTime;
  private final AtomicReference<Turn> turn = new AtomicReference<>(new Turn.StandingBy());

  /**
   * @param nanoTime the time by which it ends, in nanoseconds
   */
  Lead(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private sealed interface Turn {
    record StandingBy() implements Turn {}

    /** Until then, which is the renew deadline. */
    record Leading(long until) implements Turn {}

    /** The lead was lost, or released. */
    record Over() implements Turn {}
  }

  boolean isHeld() {
    return turn.updateAndGet(this::now) instanceof Turn.Leading;
  }

  boolean isStandingBy() {
    return turn.get() instanceof Turn.StandingBy;
  }

  /** Begins to lead, until that time in nanoseconds. */
  void begin(long until) {
    turn.set(new Turn.Leading(until));
  }

  /** Leads until that time in nanoseconds, unless the lead is over. */
  void renew(long until) {
    turn.updateAndGet(
        before -> {
          var now = now(before);
          return now instanceof Turn.Leading ? new Turn.Leading(until) : now;
        });
  }

  /** Ends the lead for good. */
  void end() {
    turn.set(new Turn.Over());
  }

  /** The time from {@code now} to the renew deadline, not below zero; empty unless it leads. */
  Optional<Duration> left(long now) {
    return turn.get() instanceof Turn.Leading lead
        ? Optional.of(Duration.ofNanos(Math.max(0, lead.until() - now)))
        : Optional.empty();
  }

  private Turn now(Turn before) {
    return before instanceof Turn.Leading lead && nanoTime.getAsLong() - lead.until() >= 0
        ? new Turn.Over()
        : before;
  }
}
