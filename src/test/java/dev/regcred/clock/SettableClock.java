package dev.regcred.clock;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that is set by hand. */
public final class SettableClock extends Clock {
  private Instant time = Instant.parse("2026-03-01T12:00:00Z");

  /** Lets time pass. */
  public void advance(Duration duration) {
    time = time.plus(duration);
  }

  @Override
  public Instant instant() {
    return time;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
