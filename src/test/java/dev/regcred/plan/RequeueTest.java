package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequeueTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void thePurgeABackOffAFightAndAnExpiryAreOneTimeTheFirst() {
    var purge = Requeue.at(Optional.of(NOW.plusSeconds(60)));
    var backoff = Requeue.at(NOW.plusSeconds(4));
    var fight = Requeue.at(NOW.plusSeconds(2));
    var expiry = Requeue.at(NOW.plusSeconds(3600));
    assertThat(Requeue.earliest(purge, backoff, fight, expiry)).isEqualTo(fight);
    assertThat(Requeue.earliest(expiry, purge)).isEqualTo(purge);
    assertThat(Requeue.earliest(Requeue.never(), expiry, Requeue.at(Optional.empty())))
        .isEqualTo(expiry);
  }

  @Test
  void whereNothingAsksForATimeThereIsNone() {
    assertThat(Requeue.earliest().time()).isNull();
    assertThat(Requeue.earliest(Requeue.never(), Requeue.never()).time()).isNull();
  }

  @Test
  void whatIsTriedAgainComesNoLaterThanThat() {
    var later = NOW.plusSeconds(4);
    assertThat(new Plan.Next.Settled().noLaterThan(later))
        .isEqualTo(new Plan.Next.Settled(Requeue.at(later)));
    assertThat(new Plan.Next.Settled(Requeue.at(NOW)).noLaterThan(later))
        .isEqualTo(new Plan.Next.Settled(Requeue.at(NOW)));
    assertThat(new Plan.Next.AtOnce().noLaterThan(later)).isEqualTo(new Plan.Next.AtOnce());
    assertThat(new Plan.Next.Gone().noLaterThan(later))
        .isEqualTo(new Plan.Next.Settled(Requeue.at(later)));
  }
}
