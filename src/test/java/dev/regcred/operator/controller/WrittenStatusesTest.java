package dev.regcred.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.junit.jupiter.api.Test;

class WrittenStatusesTest {
  private static final ResourceID ONE = new ResourceID("one", "ns");
  private static final ResourceID OTHER = new ResourceID("other", "ns");

  private final WrittenStatuses<String> statuses = new WrittenStatuses<>();

  @Test
  void whatWasSentIsAnEchoOnce() {
    statuses.sent(ONE, "Active");

    assertThat(statuses.isEcho(OTHER, "Active")).as("of another resource").isFalse();
    assertThat(statuses.isEcho(ONE, "Edited")).as("somebody else's").isFalse();
    assertThat(statuses.isEcho(ONE, null)).as("none at all").isFalse();
    assertThat(statuses.isEcho(ONE, "Active")).isTrue();
    assertThat(statuses.isEcho(ONE, "Active")).as("set back by somebody else").isFalse();
  }

  @Test
  void aWatchMayPassOverAnOlderOne() {
    statuses.sent(ONE, "Deactivating");
    statuses.sent(ONE, "Inactive");

    assertThat(statuses.isEcho(ONE, "Inactive")).isTrue();
    assertThat(statuses.isEcho(ONE, "Deactivating")).as("set back").isFalse();
  }

  @Test
  void eachOfThoseInARowIsAnEcho() {
    statuses.sent(ONE, "Deactivating");
    statuses.sent(ONE, "Inactive");

    assertThat(statuses.isEcho(ONE, "Deactivating")).isTrue();
    assertThat(statuses.isEcho(ONE, "Inactive")).isTrue();
  }

  @Test
  void whatWasRefusedIsSomebodyElsesWhenItComes() {
    statuses.sent(ONE, "Active");
    statuses.refused(ONE, "Active");

    assertThat(statuses.isEcho(ONE, "Active")).isFalse();
  }

  @Test
  void ofAResourceThatIsGoneNothingIsKept() {
    statuses.sent(ONE, "Active");
    statuses.forget(ONE);

    assertThat(statuses.isEcho(ONE, "Active")).isFalse();
  }

  @Test
  void noMoreThanTheNewestAreAwaited() {
    for (int i = 0; i <= 8; i++) {
      statuses.sent(ONE, "status " + i);
    }

    assertThat(statuses.isEcho(ONE, "status 0")).isFalse();
    assertThat(statuses.isEcho(ONE, "status 1")).isTrue();
    assertThat(statuses.isEcho(ONE, "status 8")).isTrue();
  }
}
