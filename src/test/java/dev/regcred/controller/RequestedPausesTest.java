package dev.regcred.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RequestedPausesTest {
  private static final ResourceID PULL = new ResourceID("pull", "team");
  private static final ResourceID OTHER = new ResourceID("other", "team");

  private final Hand clock = new Hand();
  private final RequestedPauses pauses = new RequestedPauses(clock);

  @Test
  void aPauseLastsAtLeastAsLongAsWasAsked() {
    pauses.begin(PULL, Duration.ofSeconds(2));
    clock.time = clock.time.plusMillis(1_999);
    assertThat(pauses.left(PULL)).contains(Duration.ofMillis(2));
    clock.time = clock.time.plusMillis(1);
    assertThat(pauses.left(PULL)).isEmpty();
  }

  @Test
  void itIsOneResourceThatWaits() {
    pauses.begin(PULL, Duration.ofSeconds(2));
    assertThat(pauses.left(OTHER)).isEmpty();
    pauses.forget(PULL);
    assertThat(pauses.left(PULL)).isEmpty();
  }

  private static final class Hand extends Clock {
    private Instant time = Instant.parse("2026-03-01T12:00:00Z");

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
}
