package dev.regcred.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.clock.SettableClock;
import dev.regcred.plan.Failure;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamespaceBackoffsTest {
  private static final String CREDENTIAL = "0b5e";
  private static final long GENERATION = 3;

  private final SettableClock clock = new SettableClock();
  private final NamespaceBackoffs backoffs = new NamespaceBackoffs(clock);

  @Test
  void itWaitsTwiceAsLongEachTimeAndAtMostAMinute() {
    assertThat(
            Stream.generate(() -> failed("a", Failure.Kind.QUOTA, null))
                .limit(13)
                .map(Duration::toMillis))
        .containsExactly(
            50L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 51_200L, 60_000L,
            60_000L);
    IntStream.range(0, 100).forEach(_ -> failed("a", Failure.Kind.QUOTA, null));
    assertThat(failed("a", Failure.Kind.QUOTA, null)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theApiServerMayAskForMoreButNotForLess() {
    assertThat(failed("a", Failure.Kind.API, Duration.ofMinutes(5)))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(failed("a", Failure.Kind.API, Duration.ofMillis(99)))
        .isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aNamespaceThatIsGoingIsLeftAloneForAMinuteAtOnce() {
    assertThat(failed("a", Failure.Kind.NAMESPACE_TERMINATING, null))
        .isEqualTo(Duration.ofMinutes(1));
  }

  /** It was well again without a write of ours, which would have said so. */
  @Test
  void afterAQuietMinuteItBeginsAnew() {
    IntStream.range(0, 20).forEach(_ -> failed("a", Failure.Kind.QUOTA, null));
    clock.advance(Duration.ofMinutes(2));
    assertThat(failed("a", Failure.Kind.QUOTA, null))
        .as("just in time")
        .isEqualTo(Duration.ofMinutes(1));
    clock.advance(Duration.ofMinutes(2).plusMillis(1));
    assertThat(failed("a", Failure.Kind.QUOTA, null)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void ofANamespaceThatIsGoneNothingIsLeft() {
    failed("a", Failure.Kind.QUOTA, null);
    failed("b", Failure.Kind.QUOTA, null);
    backoffs.forgetNamespace("a");
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "a")).isNull();
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "b")).isNotNull();
    assertThat(failed("a", Failure.Kind.QUOTA, null)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void eachNamespaceAndEachCredentialWaitsForItself() {
    failed("a", Failure.Kind.QUOTA, null);
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "b")).isNull();
    assertThat(backoffs.backoff("other", GENERATION, "a")).isNull();
    assertThat(failed("b", Failure.Kind.QUOTA, null)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void itSaysWhatFailedUntilItHasSucceeded() {
    var failure = failure(Failure.Kind.QUOTA, null);
    var backoff = backoffs.recordFailure(CREDENTIAL, GENERATION, "a", failure);
    assertThat(backoff.failure()).isEqualTo(failure);
    clock.advance(Duration.ofHours(1));
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "a")).isEqualTo(backoff);
    backoffs.recordSuccess(CREDENTIAL, "a");
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "a")).isNull();
    assertThat(failed("a", Failure.Kind.QUOTA, null)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void aChangedCredentialIsTriedAtOnceAndWaitsFromTheBeginning() {
    failed("a", Failure.Kind.QUOTA, null);
    failed("a", Failure.Kind.QUOTA, null);
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION + 1, "a")).isNull();
    var again =
        backoffs.recordFailure(CREDENTIAL, GENERATION + 1, "a", failure(Failure.Kind.QUOTA, null));
    assertThat(again.until()).isEqualTo(clock.instant().plusMillis(50));
  }

  @Test
  void ofOneThatIsGoneNothingIsKept() {
    failed("a", Failure.Kind.QUOTA, null);
    backoffs.recordFailure("other", GENERATION, "a", failure(Failure.Kind.QUOTA, null));
    backoffs.forget(CREDENTIAL);
    assertThat(backoffs.backoff(CREDENTIAL, GENERATION, "a")).isNull();
    assertThat(backoffs.backoff("other", GENERATION, "a")).isNotNull();
  }

  private Duration failed(String namespace, Failure.Kind kind, @Nullable Duration retryAfter) {
    var backoff =
        backoffs.recordFailure(CREDENTIAL, GENERATION, namespace, failure(kind, retryAfter));
    return Duration.between(clock.instant(), backoff.until());
  }

  private static Failure failure(Failure.Kind kind, @Nullable Duration retryAfter) {
    return new Failure(kind, "It failed.", retryAfter);
  }
}
