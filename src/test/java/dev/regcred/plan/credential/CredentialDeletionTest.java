package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.DeletionPolicy.DELETE;
import static dev.regcred.api.v1alpha1.DeletionPolicy.RETAIN;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What {@code kubectl delete} of a credential does. */
class CredentialDeletionTest {
  /** What the first pass records, if it does, and what is then carried out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          state             | recorded             | with Delete                  | with Retain
          REQUESTED         | -                    | RemoveFinalizer              | RemoveFinalizer
          REGISTERING       | -                    | RemoveFinalizer              | RemoveFinalizer
          ACTIVATING        | -                    | RemoveFinalizer              | RemoveFinalizer
          ACTIVE            | Deactivate, (Remove) | Delete pull, RemoveFinalizer | HandBack pull, RemoveFinalizer
          UPDATING_ACTIVE   | (Remove)             | Delete pull, RemoveFinalizer | HandBack pull, RemoveFinalizer
          UPDATING_INACTIVE | (Remove)             | Delete pull, RemoveFinalizer | Delete pull, RemoveFinalizer
          DEACTIVATING      | Deactivate, (Remove) | Delete pull, RemoveFinalizer | HandBack pull, RemoveFinalizer
          INACTIVE          | (Remove)             | Delete pull, RemoveFinalizer | Delete pull, RemoveFinalizer
          REMOVED           | -                    | RemoveFinalizer              | RemoveFinalizer
          PURGING           | -                    | RemoveFinalizer              | RemoveFinalizer
          PURGED            | -                    | RemoveFinalizer              | RemoveFinalizer
          """)
  void isRecordedOnceAndThenCarriedOut(
      LifecycleState state, String recorded, String withDelete, String withRetain) {
    for (DeletionPolicy policy : DeletionPolicy.values()) {
      var given = in(state).finalizer(true).deletionPolicy(policy).deleting();
      if (!recorded.equals("-")) {
        var first = PlanText.of(given.plan());
        assertThat(first.actions()).isEqualTo("-");
        assertThat(first.progress()).isEqualTo(recorded + " > Removing");
        assertThat(first.readiness()).isEqualTo("Reconciling Removing");
        assertThat(first.next()).isEqualTo("AtOnce");
        given.recorded(REMOVING);
      }
      var last = PlanText.of(given.plan());
      assertThat(last.actions()).isEqualTo(policy == DELETE ? withDelete : withRetain);
      assertThat(last.next()).isEqualTo("Gone");
    }
  }

  /** A Secret that a restored backup brought is taken away from every state. */
  @ParameterizedTest
  @EnumSource(names = {"REMOVED", "PURGING", "PURGED"})
  void takesASecretAwayThatCameBack(LifecycleState state) {
    assertThat(PlanText.of(in(state).target(PullSecrets.ours("pull")).deleting().plan()).actions())
        .isEqualTo("Delete pull, RemoveFinalizer");
  }

  static final List<Row> ROWS =
      List.of(
          gone(
              "purgeAfter plays no part",
              in(REMOVING).declared(DesiredState.REMOVED).purgeAfter("Never"),
              "Delete pull, RemoveFinalizer"),
          gone(
              "a restart after the Secret was deleted goes on",
              in(REMOVING).target(null),
              "RemoveFinalizer"),
          gone(
              "a restart after the Secret was handed back goes on",
              in(REMOVING)
                  .deletionPolicy(RETAIN)
                  .target(PullSecrets.stripped(PullSecrets.ours("pull"))),
              "RemoveFinalizer"),
          gone(
              "so it does with Retain where somebody deleted the Secret",
              in(REMOVING).deletionPolicy(RETAIN).target(null),
              "RemoveFinalizer"),
          gone(
              "what is left of a renamed target goes too",
              in(REMOVING).targetName("new").target(null).leftovers(PullSecrets.ours("pull")),
              "Delete pull, RemoveFinalizer"),
          gone(
              "with Retain the entry stays in the new target and goes from the old one",
              in(REMOVING)
                  .deletionPolicy(RETAIN)
                  .targetName("new")
                  .target(PullSecrets.ours("new"))
                  .leftovers(PullSecrets.ours("pull")),
              "Delete pull, HandBack new, RemoveFinalizer"),
          gone(
              "with Retain the entry stays in the old target while the new name is taken",
              in(REMOVING)
                  .deletionPolicy(RETAIN)
                  .targetName("new")
                  .target(PullSecrets.foreign("new", "Opaque", "theirs"))
                  .leftovers(PullSecrets.ours("pull")),
              "HandBack pull, RemoveFinalizer"),
          gone(
              "a Secret that is not ours stays",
              in(REMOVING).target(PullSecrets.foreign("pull", PullSecret.TYPE, "{}")),
              "RemoveFinalizer"),
          gone(
              "a Secret of another credential stays",
              in(REMOVING)
                  .target(
                      PullSecrets.keptFor(
                          PullSecrets.foreign("pull", PullSecret.TYPE, "{}"), "other"))
                  .sharedWith(in(ACTIVE).named("other", CredentialFixture.NOW.minusSeconds(7200))),
              "RemoveFinalizer"),
          gone(
              "a spec that can't be read is no obstacle",
              in(REMOVING).unreadable("spec.target"),
              "Delete pull, RemoveFinalizer"),
          gone(
              "a Secret that lost its mark goes too",
              in(REMOVING).target(PullSecrets.stripped(PullSecrets.ours("pull"))),
              "Delete pull, RemoveFinalizer"),
          gone(
              "so does a blank one",
              in(REMOVING).target(PullSecrets.stripped(PullSecrets.blank("pull"))),
              "Delete pull, RemoveFinalizer"),
          gone("one that never had the finalizer is let go", fresh(), "-"),
          gone(
              "the Registry is no obstacle",
              in(REMOVING).registryAbsent(),
              "Delete pull, RemoveFinalizer"));

  @ParameterizedTest
  @FieldSource("ROWS")
  void letsGo(Row row) {
    row.check();
  }

  /** Where it was wired to is in the status. */
  @Test
  void oneThatCannotBeReadGoesWithTheSecretThatItWasWiredTo() {
    var unreadable = in(REMOVING).wiredTo("named").unreadable("spec.target").deleting();
    assertThat(unreadable.claimant().secretName()).isEqualTo("named");
    assertThat(unreadable.wiredTo(null).claimant().secretName()).isEqualTo("pull");
  }

  @Test
  void oneThatIsKeptFromItsEndStillSaysWhereItsEntryIs() {
    for (LifecycleState state : List.of(ACTIVE, DEACTIVATING, INACTIVE)) {
      assertThat(PlanText.of(in(state).deleting().plan()).published())
          .isEqualTo("pull registry.example.com");
    }
  }

  /** It is not gone as long as there may be a copy that was not looked at. */
  @Test
  void oneThatHasLeftMoreThanWasLookedAtTakesThatAwayFirst() {
    var given =
        in(REMOVING).finalizer(true).leftovers(PullSecrets.ours("old")).hasMore().deleting();
    var plan = PlanText.of(given.plan());
    assertThat(plan.actions()).isEqualTo("Delete pull, Delete old");
    assertThat(plan.next()).isEqualTo("AtOnce");
    assertThat(plan.progress()).isEqualTo("stays Removing");
  }

  /**
   * What is handed back is not known any more, so that the others would be taken for its target.
   */
  @Test
  void oneThatLeavesItsEntryHandsItsSecretBackAfterAllOthersAreGone() {
    var given =
        in(REMOVING)
            .finalizer(true)
            .deletionPolicy(RETAIN)
            .leftovers(PullSecrets.ours("old"))
            .hasMore()
            .deleting();
    assertThat(PlanText.of(given.plan()).actions()).isEqualTo("Delete old");
  }

  /** Such as Secrets of another type that somebody has marked. */
  @Test
  void oneThatHasLeftMoreAndCanTakeNothingAwayWaits() {
    for (LifecycleState state : List.of(REMOVING, DEACTIVATING)) {
      var given = in(state).finalizer(true).target(null).hasMore().deleting();
      var plan = PlanText.of(given.plan());
      assertThat(plan.actions()).isEqualTo("-");
      assertThat(plan.next()).isEqualTo("At 12:01:00.500");
      assertThat(plan.readiness()).isEqualTo("Reconciling Removing");
    }
  }

  private static Row gone(String situation, CredentialFixture given, String actions) {
    given.deleting();
    var observed = given.observed();
    return new Row(
        situation,
        given::plan,
        new PlanText(
            actions,
            "stays " + observed.self().lastStatus().state().value(),
            "Reconciling Removing",
            observed.self().lastStatus().secretName() == null ? "- -" : "pull registry.example.com",
            "Gone"));
  }
}
