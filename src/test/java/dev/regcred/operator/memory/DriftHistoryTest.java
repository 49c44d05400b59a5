package dev.regcred.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.clock.SettableClock;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Identity;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.plan.credential.Contention;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.plan.credential.RegistryView;
import dev.regcred.plan.credential.SecretSnapshot;
import dev.regcred.plan.credential.SourceValues;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", "1", "2");
    history.recordWrite("team", "pull", "2", "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void aWriteOfAVersionThatSomebodyElseMadeIsOne() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", "2", "3");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void oneThatSomebodyDeletedIsOneWhenItIsThereAgain() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", null, "3");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void aRecreationOfOneThatWasReplacedCountsOnce() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", "2", null);
    history.recordWrite("team", "pull", null, "4");
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void oneThatWasWithdrawnAndComesBackWasNotPutRight() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", "1", null);
    history.recordWrite("team", "pull", null, "3");
    assertThat(corrected).isEmpty();
  }

  /** A tenant can make Secrets come and go under ever new names. */
  @Test
  void whatIsNotThereAnyMoreIsForgottenOnceThereIsMuchOfIt() {
    for (int i = 1; i < DriftHistory.FEW; i++) {
      history.recordWrite("team", "pull-" + i, null, "1");
    }
    history.sweep((_, _) -> false);
    assertThat(history.size()).isEqualTo(DriftHistory.FEW - 1);
    history.recordAttachment("team", "runner");
    history.sweep((namespace, name) -> namespace.equals("team") && name.equals("pull-1"));
    assertThat(history.size()).as("the Secret that is there, and the fight").isEqualTo(2);
    history.recordWrite("team", "pull-1", "7", "8");
    assertThat(corrected).containsExactly("ServiceAccount", "Secret");
  }

  @Test
  void secretsOfTheSameNameInOtherNamespacesAreOthers() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("other", "pull", "2", "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void ofANamespaceThatIsGoneNothingIsLeft() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team-2", "pull", null, "1");
    history.forget("team");
    history.recordWrite("team", "pull", "2", "3");
    assertThat(corrected).as("a new one of that name").isEmpty();
    history.recordWrite("team-2", "pull", "2", "3");
    assertThat(corrected).as("another one").hasSize(1);
  }

  @Test
  void anAttachmentIsCountedAsAServiceAccount() {
    history.recordAttachment("team", "builder");
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
    var contention = Objects.requireNonNull(contest(by("rival")));
    assertThat(contention.corrections()).isEqualTo(5);
    assertThat(contention.until()).isEqualTo(clock.instant().plusSeconds(1));
    assertThat(contention.manager()).isEqualTo("rival");
    assertThat(Objects.requireNonNull(contest(null)).manager()).isNull();
    assertThat(history.contention("other", "pull", by("rival"))).isNull();
  }

  /** Else a rotation would wait for minutes, and the status name somebody who has given up. */
  @Test
  void nobodyFightsForWhatIsAsItWasPutRight() {
    start();
    for (int i = 0; i < 8; i++) {
      putRight();
    }
    var left = by("rival").as("pull", "uid", String.valueOf(version));
    assertThat(contest(left)).isNull();
    var rotated = String.valueOf(version + 1);
    history.recordWrite("team", "pull", String.valueOf(version), rotated);
    assertThat(contest(left.as("pull", "uid", rotated))).isNull();
    assertThat(contest(left)).as("another version").isNotNull();
    assertThat(contest(null)).as("deleted by somebody").isNotNull();
  }

  @Test
  void nobodyFightsForWhatTheOperatorItselfHasDeleted() {
    start();
    for (int i = 0; i < 8; i++) {
      putRight();
    }
    history.recordWrite("team", "pull", String.valueOf(version + 1), null);
    assertThat(contest(null)).isNull();
    assertThat(contest(by("rival"))).as("one that somebody has put there").isNotNull();
  }

  /** Somebody makes again what was withdrawn, as a tool that keeps copies of objects does. */
  @Test
  void whatIsPutBackEachTimeThatItWasDeletedIsDeletedMoreAndMoreSeldom() {
    history.recordWrite("team", "pull", null, "1");
    history.recordWrite("team", "pull", "1", null);
    assertThat(corrected).as("it was withdrawn").isEmpty();
    assertThat(contest(by("rival"))).isNull();
    for (int i = 0; i < 5; i++) {
      history.recordWrite("team", "pull", String.valueOf(10 + i), null);
    }
    assertThat(corrected).hasSize(5);
    assertThat(Objects.requireNonNull(contest(by("rival"))).isPutBack()).isTrue();
    assertThat(delay()).isEqualTo(Duration.ofSeconds(1));
    history.recordWrite("team", "pull", "20", null);
    assertThat(delay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(contest(null)).as("as long as it is gone").isNull();
  }

  /** It may be withdrawn by one that has just been started. */
  @Test
  void whatWasDeletedBeforeAnythingWasKnownOfItIsPutBackAsWell() {
    history.recordWrite("team", "pull", "1", null);
    history.recordWrite("team", "pull", "2", null);
    assertThat(corrected).containsExactly("Secret");
  }

  @Test
  void aFightForWhatIsThereIsForNothingThatWasPutBack() {
    start();
    for (int i = 0; i < 5; i++) {
      putRight();
    }
    assertThat(Objects.requireNonNull(contest(by("rival"))).isPutBack()).isFalse();
  }

  @Test
  void aFightForTheListOfAServiceAccountIsAnother() {
    start();
    for (int i = 0; i < 4; i++) {
      history.recordAttachment("team", "pull");
    }
    assertThat(history.contention(account("team"))).isNull();
    history.recordAttachment("team", "pull");

    var contention = Objects.requireNonNull(history.contention(account("team")));
    assertThat(contention.until()).isEqualTo(clock.instant().plusSeconds(1));
    assertThat(history.contention(account("other"))).isNull();
    assertThat(delay()).as("the Secret of that name").isNull();
  }

  /** Else the next rotation would count as a correction, and five of them as a fight. */
  @Test
  void whileAnAccountIsFoughtForTheSecretBesideItIsRightAsItIs() {
    history.recordWrite("team", "pull", null, "1");
    var current = by(null).as("pull", "uid", "2"); // Somebody has labelled it.
    var fought = Readiness.reconciling(Reason.CONTESTED, "ServiceAccount runner is fought for.");
    history.recordPlan(
        observed(
            new SecretSnapshot("pull", current, List.of(), List.of(), List.of(), null, Map.of())),
        plan(fought, Set.of()));
    history.recordWrite("team", "pull", "2", "3");
    assertThat(corrected).isEmpty();
  }

  @Test
  void aSecretThatIsFoughtForIsNotRight() {
    history.recordWrite("team", "pull", null, "1");
    var current = by("rival").as("pull", "uid", "2");
    var contention = new Contention(5, clock.instant().plusSeconds(1), "rival");
    history.recordPlan(
        observed(
            new SecretSnapshot(
                "pull", current, List.of(), List.of(), List.of(), contention, Map.of())),
        plan(
            Readiness.reconciling(Reason.CONTESTED, "Secret pull is fought for."), Set.of("team")));
    history.recordWrite("team", "pull", "2", "3");
    assertThat(corrected).containsExactly("Secret");
  }

  private CredentialSnapshot observed(SecretSnapshot secret) {
    var self =
        new CredentialView(
            new Identity("ClusterRegistryCredential", null, "pull", "uid", 1, false, true),
            clock.instant(),
            null,
            null,
            new CredentialView.LastStatus(LifecycleState.ACTIVE, 1, null, "pull", null, null, true),
            new RegistryView.Absent(),
            SourceValues.notRead(),
            new AttachPolicy.NotAsked(),
            true);
    return new CredentialSnapshot(
        self,
        List.of(new NamespaceSnapshot("team", true, secret, List.of(), false, false, null)),
        clock.instant());
  }

  private static Plan plan(Readiness inTeam, Set<String> contended) {
    return new Plan(
        List.of(),
        Plan.Progress.none(LifecycleState.ACTIVE),
        inTeam,
        new Plan.PublishedTarget("pull", null, null),
        new Plan.Next.Settled(),
        new FanOutCounts(1, 0, 0, 0, List.of(new FanOutCounts.FailedNamespace("team", inTeam))),
        contended);
  }

  private static ServiceAccountMetadata account(String namespace) {
    var serviceAccount = new ServiceAccountMetadata();
    serviceAccount.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName("pull").build());
    return serviceAccount;
  }

  private void start() {
    history.recordWrite("team", "pull", null, String.valueOf(version));
  }

  /** Somebody made a version, which is overwritten. */
  private void putRight() {
    version += 2;
    history.recordWrite("team", "pull", String.valueOf(version - 1), String.valueOf(version));
  }

  private @Nullable Duration delay() {
    var contention = contest(by("rival"));
    return contention == null ? null : Duration.between(clock.instant(), contention.until());
  }

  private @Nullable Contention contest(@Nullable PullSecret current) {
    return history.contention("team", "pull", current);
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
