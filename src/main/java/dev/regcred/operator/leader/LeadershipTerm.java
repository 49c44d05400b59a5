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
final class LeadershipTerm {
  private final LongSupplier nanoTime;
  private final AtomicReference<Phase> phase = new AtomicReference<>(new Phase.StandingBy());

  /**
   * A term that stands by.
   *
   * @param nanoTime the time by which it ends, in nanoseconds
   */
  LeadershipTerm(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private sealed interface Phase {
    record StandingBy() implements Phase {}

    /** It leads until then, which is the renew deadline. */
    record Leading(long until) implements Phase {}

    /** The lead was lost, or released. */
    record Over() implements Phase {}
  }

  boolean isHeld() {
    return phase.updateAndGet(this::now) instanceof Phase.Leading;
  }

  boolean isStandingBy() {
    return phase.get() instanceof Phase.StandingBy;
  }

  /** Begins to lead, until that time in nanoseconds. */
  void begin(long until) {
    phase.set(new Phase.Leading(until));
  }

  /** Leads until that time in nanoseconds, unless the lead is over. */
  void renew(long until) {
    phase.updateAndGet(
        before -> {
          var now = now(before);
          return now instanceof Phase.Leading ? new Phase.Leading(until) : now;
        });
  }

  /** Ends the lead for good. */
  void end() {
    phase.set(new Phase.Over());
  }

  /** The time from {@code now} to the renew deadline, not below zero; empty unless it leads. */
  Optional<Duration> left(long now) {
    return phase.get() instanceof Phase.Leading lead
        ? Optional.of(Duration.ofNanos(Math.max(0, lead.until() - now)))
        : Optional.empty();
  }

  private Phase now(Phase before) {
    return before instanceof Phase.Leading lead && nanoTime.getAsLong() - lead.until() >= 0
        ? new Phase.Over()
        : before;
  }
}
