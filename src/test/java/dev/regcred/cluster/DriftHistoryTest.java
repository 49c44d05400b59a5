package dev.regcred.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.clock.SettableClock;
import dev.regcred.plan.Contest;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as a correction, and how long the next one of a fight waits. */
class DriftHistoryTest {
  private final SettableClock clock = new SettableClock();
  private final List<String> corrected = new ArrayList<>();
  private final DriftHistory history = new DriftHistory(clock, corrected::add);
  private int version;

  @Test
  void theFirstWriteAndARotationAreNoCorrections() {
    history.written("team", "pull", null, "1");
    history.written("team", "pull", "1", "2");
    history.written("team", "pull", "2", "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void aWriteOfAVersionThatSomebodyElseMadeIsOne() {
    history.written("team", "pull", null, "1");
    history.written("team", "pull", "2", "3");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void oneThatSomebodyDeletedIsOneWhenItIsThereAgain() {
    history.written("team", "pull", null, "1");
    history.written("team", "pull", null, "3");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void aRecreationOfOneThatWasReplacedCountsOnce() {
    history.written("team", "pull", null, "1");
    history.written("team", "pull", "2", null);
    history.written("team", "pull", null, "4");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void oneThatWasWithdrawnAndComesBackWasNotPutRight() {
    history.written("team", "pull", null, "1");
    history.written("team", "pull", "1", null);
    history.written("team", "pull", null, "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void secretsOfTheSameNameInOtherNamespacesAreOthers() {
    history.written("team", "pull", null, "1");
    history.written("other", "pull", "2", "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void ofANamespaceThatIsGoneNothingIsLeft() {
    history.written("team", "pull", null, "1");
    history.written("team-2", "pull", null, "1");
    history.forget("team");
    history.written("team", "pull", "2", "3");
    assertThat(corrected).as("a new one of that name").isEmpty();
    history.written("team-2", "pull", "2", "3");
    assertThat(corrected).as("another one").hasSize(1);
  }

  @Test
  void anAttachmentIsCountedAsAServiceAccount() {
    history.attachmentPutBack("team", "builder");
    assertThat(corrected).containsExactly("ServiceAccount");
  }

  @Test
  void fiveInARowAreMadeAtOnceAndTheNextOnesWaitTwiceAsLongEach() {
    start();
    var delays = new ArrayList<@Nullable Duration>();
    for (int i = 0; i < 16; i++) {
      putRight();
      delays.add(delay());
    }
    assertThat(delays.subList(0, 4)).containsOnlyNulls();
    assertThat(delays.subList(4, 16))
        .extracting(delay -> Objects.requireNonNull(delay).toSeconds())
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L);
    assertThat(corrected).hasSize(16);
  }

  @Test
  void whatComesAfterTenQuietMinutesIsNoFight() {
    start();
    for (int i = 0; i < 5; i++) {
      putRight();
    }
    assertThat(delay()).isNotNull();
    clock.advance(Duration.ofMinutes(10).plusMillis(1));
    putRight();
    assertThat(delay()).isNull();
    assertThat(corrected).hasSize(6);
  }

  @Test
  void aFightNamesTheOtherWriter() {
    start();
    for (int i = 0; i < 5; i++) {
      putRight();
    }
    var contest = Objects.requireNonNull(contest(by("rival")));
    assertThat(contest.corrections()).isEqualTo(5);
    assertThat(contest.until()).isEqualTo(clock.instant().plusSeconds(1));
    assertThat(contest.manager()).isEqualTo("rival");
    assertThat(Objects.requireNonNull(contest(null)).manager()).isNull();
    assertThat(history.contest("other", "pull", by("rival"))).isNull();
  }

  @Test
  void aFightForTheListOfAServiceAccountIsAnother() {
    start();
    for (int i = 0; i < 4; i++) {
      history.attachmentPutBack("team", "pull");
    }
    assertThat(history.contest(account("team"))).isNull();
    history.attachmentPutBack("team", "pull");

    var contest = Objects.requireNonNull(history.contest(account("team")));
    assertThat(contest.until()).isEqualTo(clock.instant().plusSeconds(1));
    assertThat(history.contest(account("other"))).isNull();
    assertThat(delay()).as("the Secret of that name").isNull();
  }

  private static PullingAccount account(String namespace) {
    var account = new PullingAccount();
    account.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName("pull").build());
    return account;
  }

  private void start() {
    history.written("team", "pull", null, String.valueOf(version));
  }

  /** Somebody made a version, which is overwritten. */
  private void putRight() {
    version += 2;
    history.written("team", "pull", String.valueOf(version - 1), String.valueOf(version));
  }

  private @Nullable Duration delay() {
    var contest = contest(by("rival"));
    return contest == null ? null : Duration.between(clock.instant(), contest.until());
  }

  private @Nullable Contest contest(@Nullable PullSecret current) {
    return history.contest("team", "pull", current);
  }

  private static PullSecret by(@Nullable String manager) {
    var ours = PullSecrets.ours("pull");
    return new PullSecret(
        ours.name(),
        ours.uid(),
        ours.resourceVersion(),
        ours.type(),
        ours.immutable(),
        ours.labels(),
        ours.annotations(),
        ours.owners(),
        ours.data(),
        manager);
  }
}
