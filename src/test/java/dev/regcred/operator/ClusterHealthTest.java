package dev.regcred.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {
  private final HandSetTimer timer = new HandSetTimer();
  private final List<String> dead = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private long version = 1_000;
  private long known;
  private boolean isSilent;
  private Duration offset = Duration.ofDays(20_000);

  private final ClusterHealth readiness =
      new ClusterHealth(
          () -> List.copyOf(dead),
          List.of(new StoreVersion(this::present, () -> known)),
          ended::incrementAndGet,
          timer.thread(),
          () -> Instant.ofEpochSecond(0, timer.nanoTime()).plus(offset),
          timer::nanoTime);

  private long present() {
    asked.incrementAndGet();
    if (isSilent) {
      throw new KubernetesClientException("no route to host");
    }
    return version;
  }

  @Test
  void itIsReadyFromTheStartOn() {
    assertThat(readiness.problem()).contains("a watch is not synced yet");
    readiness.start();
    assertThat(readiness.problem()).isEmpty();
    pass(Duration.ofSeconds(30));
    assertThat(readiness.problem()).isEmpty();
    assertThat(asked).as("asked every 10 s").hasValue(3);
  }

  @Test
  void aDeadWatchIsNamedUntilItIsAlive() {
    readiness.start();
    dead.add("registrycredential/secrets");
    assertThat(readiness.problem()).contains("a watch is dead: registrycredential/secrets");
    pass(Duration.ofSeconds(1));
    dead.clear();
    assertThat(readiness.problem()).isEmpty();
  }

  @Test
  void anApiServerThatIsSilentIsNoticedWithin10SecondsThoughAllWatchesSeemAlive() {
    readiness.start();
    pass(Duration.ofSeconds(1));
    isSilent = true;
    pass(Duration.ofSeconds(10));
    assertThat(readiness.problem()).contains("the API server does not answer: no route to host");
    isSilent = false;
    pass(Duration.ofSeconds(1));
    assertThat(readiness.problem()).isEmpty();
  }

  @Test
  void afterAnOutageItIsReadyOnceTheStoreWasAsked() {
    readiness.start();
    pass(Duration.ofSeconds(1));
    dead.add("registry");
    isSilent = true;
    pass(Duration.ofSeconds(1));
    dead.clear(); // From a version that the restored store has yet to reach.
    assertThat(readiness.problem()).isPresent();
    isSilent = false;
    version = 999;
    pass(Duration.ofSeconds(1));
    assertThat(readiness.problem())
        .contains(
            "the store of the API server went back from version 1000 to 999, and watches bring"
                + " nothing");
    assertThat(ended).as("one odd answer is none").hasValue(0);
    pass(Duration.ofSeconds(1));
    assertThat(ended).hasValue(1);
    pass(Duration.ofSeconds(30));
    assertThat(ended).as("once").hasValue(1);
    assertThat(readiness.problem()).as("until it has ended").isPresent();
  }

  @Test
  void oneOddAnswerEndsNothing() {
    readiness.start();
    pass(Duration.ofSeconds(1));
    version = 999;
    pass(Duration.ofSeconds(10));
    assertThat(readiness.problem()).isPresent();
    version = 1_001;
    pass(Duration.ofSeconds(30));
    assertThat(readiness.problem()).isEmpty();
    assertThat(ended).hasValue(0);
  }

  @Test
  void whatAWatchHasBroughtSinceTheLastAnswerCountsToo() {
    readiness.start();
    pass(Duration.ofSeconds(1));
    known = 2_000;
    version = 1_500;
    pass(Duration.ofSeconds(11));
    assertThat(readiness.problem()).hasValueSatisfying(p -> assertThat(p).contains("2000 to 1500"));
    assertThat(ended).hasValue(1);
  }

  @Test
  void ofAVersionThatIsNoNumberNothingFollows() {
    readiness.start();
    pass(Duration.ofSeconds(1));
    version = 0;
    pass(Duration.ofSeconds(30));
    assertThat(readiness.problem()).isEmpty();
    assertThat(ended).hasValue(0);
  }

  @Test
  void aWatchThatIsDeadForFiveMinutesWhileTheApiServerAnswersEndsIt() {
    readiness.start();
    dead.add("registry");
    pass(Duration.ofSeconds(290));
    isSilent = true;
    pass(Duration.ofSeconds(60)); // With an API server that is away it waits for that.
    isSilent = false;
    pass(Duration.ofSeconds(290));
    assertThat(ended).hasValue(0);
    pass(Duration.ofSeconds(20));
    assertThat(ended).hasValue(1);
  }

  @Test
  void aClockThatIsSetBackEndsIt() {
    readiness.start();
    pass(Duration.ofSeconds(5));
    offset = offset.minusHours(1);
    pass(Duration.ofSeconds(2));
    assertThat(readiness.problem()).contains("the clock was set back by 3600 s");
    assertThat(ended).hasValue(1);
  }

  @Test
  void aClockThatIsSetForwardOrCorrectedDoesNot() {
    readiness.start();
    pass(Duration.ofSeconds(5));
    offset = offset.plusHours(1);
    pass(Duration.ofSeconds(5));
    offset = offset.minusSeconds(30);
    pass(Duration.ofSeconds(5));
    assertThat(readiness.problem()).isEmpty();
    assertThat(ended).hasValue(0);
  }

  private void pass(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      timer.pass(Duration.ofSeconds(1));
    }
  }
}
