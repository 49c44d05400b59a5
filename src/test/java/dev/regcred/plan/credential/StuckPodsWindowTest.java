package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.PodFixture.ATTACHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.api.v1alpha1.StuckPodsStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StuckPodsWindowTest {
  private static final StuckPodsFindings ONE =
      new StuckPodsFindings(1, List.of("pod"), List.of(PodFixture.pod().view()), false);

  /** Seconds after the attachment. */
  @Test
  void fourLooksWithinTenMinutesAndThenOneInTenWhilePodsAreStuck() {
    assertThat(looks(StuckPodsFindings.NOTHING)).containsExactly(1L, 30L, 120L, 600L);
    assertThat(looks(StuckPodsFindings.FORBIDDEN)).containsExactly(1L, 30L, 120L, 600L);
    assertThat(looks(ONE)).startsWith(1L, 30L, 120L, 600L, 1_200L, 1_800L).hasSize(9);
  }

  /** A pass that comes late makes up for no look that is over. */
  @ParameterizedTest
  @CsvSource({"1, 30", "29, 30", "31, 91", "110, 170"})
  void afterAFirstLookThatIsLateTheNextIsInTheFuture(long late, long next) {
    var looked = StuckPodsWindow.opened(ATTACHED).looked(ONE, after(late));
    assertThat(looked.next()).isEqualTo(after(next));
  }

  @Test
  void aLookIsDueInItsMoment() {
    var window = StuckPodsWindow.opened(ATTACHED);
    assertThat(window.isDue(ATTACHED)).isFalse();
    assertThat(window.isDue(after(1))).isTrue();
  }

  /** The Pods may have gone meanwhile, and others have come. */
  @Test
  void whereALookIsPutOffNothingIsEvictedForTheLast() {
    var window = StuckPodsWindow.opened(ATTACHED).looked(ONE, after(1)).later(after(30));
    assertThat(window.next()).isEqualTo(after(50));
    assertThat(window.looks()).isEqualTo(1);
    assertThat(window.found())
        .isEqualTo(new StuckPodsFindings(1, List.of("pod"), List.of(), false));
  }

  @Test
  void ofAThousandTriedOnlyTheLastAreRemembered() {
    var window = StuckPodsWindow.opened(ATTACHED).tried(uids(0, 990)).tried(uids(990, 1_000));
    assertThat(window.tried()).hasSize(1_000);
    assertThat(window.tried(uids(1_000, 1_005)).tried()).isEqualTo(uids(1_000, 1_005));
  }

  @Test
  void whatAStatusNamesIsLookedForAgainAtOnce() {
    var observed = StuckPodsSnapshots.namespaced(StuckPodsPolicy.EVICT, false);
    assertThat(StuckPodsWindow.recorded(observed, null)).isEmpty();
    assertThat(StuckPodsWindow.recorded(observed, status(1, List.of("a"), null))).isEmpty();
    assertThat(StuckPodsWindow.recorded(observed, status(7, List.of("a", "b"), ATTACHED)))
        .hasSize(1)
        .hasEntrySatisfying(
            "team",
            window -> {
              assertThat(window.attached()).isEqualTo(ATTACHED);
              assertThat(window.isDue(observed.now())).isTrue();
              assertThat(window.isOver()).isFalse();
              assertThat(window.found())
                  .isEqualTo(new StuckPodsFindings(7, List.of("a", "b"), List.of(), false));
            });
  }

  @Test
  void ofAClusterWideOneItIsLookedWhereItsPodsWere() {
    var observed = StuckPodsSnapshots.clusterWide(StuckPodsPolicy.EVICT, false, "a", "b", "c");
    var windows =
        StuckPodsWindow.recorded(observed, status(12, List.of("a/x", "c/y", "c/z"), ATTACHED));
    assertThat(windows.keySet()).containsExactly("a", "c");
    assertThat(windows.values().stream().map(window -> window.found().names()))
        .containsExactly(List.of("x"), List.of("y", "z"));
    assertThat(windows.values().stream().mapToInt(window -> window.found().count()).sum())
        .isEqualTo(12);
  }

  private static CredentialStatus status(int count, List<String> pods, @Nullable Instant attached) {
    return new CredentialStatusBuilder()
        .stuckPods(new StuckPodsStatus(count, pods, attached))
        .build();
  }

  /** When is looked within an hour in which each look finds this. */
  private static List<Long> looks(StuckPodsFindings found) {
    var looks = new ArrayList<Long>();
    var window = StuckPodsWindow.opened(ATTACHED);
    while (!window.isOver() && window.next().isBefore(after(3_601))) {
      looks.add(window.next().getEpochSecond() - ATTACHED.getEpochSecond());
      window = window.looked(found, window.next());
    }
    return looks;
  }

  private static Instant after(long seconds) {
    return ATTACHED.plusSeconds(seconds);
  }

  private static Set<String> uids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "uid-" + i).collect(Collectors.toSet());
  }
}
