package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.PodFixture.ATTACHED;
import static dev.regcred.plan.credential.PodFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPods.JobView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StuckPodsTallyTest {
  private static final Attachment ATTACHMENT =
      new Attachment(
          "ns",
          "pull",
          Keyring.of(List.of("ghcr.io/team")),
          Map.of("default", List.of("pull")),
          null);

  private final List<String> asked = new ArrayList<>();
  private StuckPodsTally tally = tally(Set.of());

  @Test
  void onlyStuckOnesAreCounted() {
    add(pod("stuck"));
    add(pod("has-it").pullSecrets("pull"));
    add(pod("younger").created(11));
    assertThat(found()).isEqualTo(new StuckPodsFindings(1, List.of("stuck"), List.of(), false));
  }

  /** By how much the clock of the API server is ahead, or behind. */
  @Test
  void aPodsAgeIsOfTheClockThatGaveIt() {
    tally.add(pod("ahead").created(70).view(), Duration.ofMinutes(1));
    tally.add(pod("too-young").created(71).view(), Duration.ofMinutes(1));
    tally.add(pod("behind").created(-50).view(), Duration.ofMinutes(-1));
    tally.add(pod("too-young-as-well").created(-49).view(), Duration.ofMinutes(-1));
    assertThat(found().names()).containsExactly("ahead", "behind");
  }

  @Test
  void tenAreNamedAndAllCounted() {
    IntStream.range(0, 10_000).forEach(i -> add(pod("pod-" + i)));
    assertThat(found().count()).isEqualTo(10_000);
    assertThat(found().names()).hasSize(10).startsWith("pod-0", "pod-1");
  }

  @Test
  void theOldestAreEvictedFirst() {
    IntStream.range(0, 500).forEach(i -> add(pod("pod-" + i).replaced().created(-1_000 + i)));
    add(pod("oldest").replaced().created(-2_000));
    assertThat(evictable()).hasSize(10).startsWith("oldest", "pod-0", "pod-1");
  }

  /** Else those that nothing lets go would keep all others from it. */
  @Test
  void thoseThatWereTriedComeLast() {
    tally = tally(Set.of("uid-tried"));
    add(pod("tried").replaced().created(-2_000));
    add(pod("younger").replaced());
    assertThat(evictable()).containsExactly("younger", "tried");
  }

  @Test
  void onesThatNobodyReplacesAreCountedAndLeftAlone() {
    add(pod("bare"));
    add(pod("of-a-node").owner("v1", "Node"));
    add(pod("of-another").owner("example.com/v1", "Gang"));
    add(pod("db").owner("apps/v1", "StatefulSet"));
    assertThat(found().count()).isEqualTo(4);
    assertThat(evictable()).containsExactly("db");
  }

  @Test
  void aJobIsAskedForOnceAndOnlyByWhoEvicts() {
    add(pod("one").owner("batch/v1", "Job", "once"));
    add(pod("two").owner("batch/v1", "Job", "once"));
    assertThat(tally.findings(StuckPodsPolicy.REPORT, this::job).evictable()).isEmpty();
    assertThat(asked).isEmpty();
    assertThat(evictable()).containsExactly("one", "two");
    assertThat(asked).containsExactly("once");
  }

  /** Of its labels and images nothing, which may be large. */
  @Test
  void whatIsKeptOfAPodIsSmall() {
    add(pod("large").replaced().images("nginx", PodFixture.IMAGE).labels(Map.of("a", "b")));
    assertThat(found().evictable())
        .containsExactly(pod("large").replaced().images().labels(Map.of()).view());
  }

  private void add(PodFixture pod) {
    tally.add(pod.view(), Duration.ZERO);
  }

  private StuckPodsFindings found() {
    return tally.findings(StuckPodsPolicy.EVICT, this::job);
  }

  private List<String> evictable() {
    return found().evictable().stream().map(PodView::name).toList();
  }

  private Optional<JobView> job(String name) {
    asked.add(name);
    return Optional.of(new JobView(0, 6, false));
  }

  private static StuckPodsTally tally(Set<String> tried) {
    return new StuckPodsTally(ATTACHMENT, StuckPodsWindow.opened(ATTACHED).tried(tried));
  }
}
