package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.plan.Plan.Next;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a resource is looked at again whose plan has a time, and of which a write has another. */
class PlanNextTest {
  private static final Instant SOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATER = SOON.plusSeconds(1);

  @Test
  void theEarlierTimeCounts() {
    assertThat(new Next.At(SOON).noLaterThan(LATER)).isEqualTo(new Next.At(SOON));
    assertThat(new Next.At(LATER).noLaterThan(SOON)).isEqualTo(new Next.At(SOON));
    assertThat(new Next.Settled().noLaterThan(SOON)).isEqualTo(new Next.At(SOON));
    assertThat(new Next.AtOnce().noLaterThan(SOON)).isEqualTo(new Next.AtOnce());
  }
}
