package dev.regcred.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.clock.SettableClock;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryAfterGateTest {
  private static final ResourceID PULL = new ResourceID("pull", "team");
  private static final ResourceID OTHER = new ResourceID("other", "team");

  private final SettableClock clock = new SettableClock();
  private final RetryAfterGate retryAfter = new RetryAfterGate(clock);

  @Test
  void aPauseLastsAtLeastAsLongAsWasAsked() {
    retryAfter.begin(PULL, Duration.ofSeconds(2));
    clock.advance(Duration.ofMillis(1_999));
    assertThat(retryAfter.left(PULL)).contains(Duration.ofMillis(2));
    clock.advance(Duration.ofMillis(1));
    assertThat(retryAfter.left(PULL)).isEmpty();
  }

  @Test
  void itIsOneResourceThatWaits() {
    retryAfter.begin(PULL, Duration.ofSeconds(2));
    assertThat(retryAfter.left(OTHER)).isEmpty();
    retryAfter.forget(PULL);
    assertThat(retryAfter.left(PULL)).isEmpty();
  }
}
