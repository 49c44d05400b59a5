package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static dev.regcred.api.v1alpha1.LifecycleState.RESTORING;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.pullsecret.PullSecrets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** How a credential that is declared Active gets there, and what keeps it from that. */
class CredentialPlannerTest {

  static final List<Row> ROWS =
      List.of(
          row(
              "a new one becomes Active in one pass, the finalizer before the Secret",
              fresh(),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull | Create, Activate >"
                  + " Active | Ready Active"),
          row(
              "one whose manifest brings the finalizer needs no write for it",
              fresh().finalizer(true),
              "Create pull {robot@registry.example.com} of pull | Create, Activate > Active | Ready"
                  + " Active"),
          row(
              "in a steady state nothing is written",
              in(ACTIVE),
              "- | stays Active | Ready Active"),
          row(
              "a finalizer that somebody took off comes back",
              in(ACTIVE).finalizer(false),
              "AddFinalizer | stays Active | Ready Active"),
          row(
              "a changed spec that asks for nothing else is noted as an update",
              in(ACTIVE).observedGeneration(2),
              "- | Update > Active | Ready Active"),
          row(
              "a new password is written in place, and nothing on the credential",
              in(ACTIVE).password(new SourceValue.Present("another")),
              "Patch pull data {robot@registry.example.com} | stays Active | Ready Active"),

          // Before it was ever Active.
          row(
              "a new one waits for its Registry to be created",
              fresh().registryAbsent(),
              "- | Create > Registering | Reconciling RegistryNotFound | - -"),
          row(
              "it goes on waiting",
              in(REGISTERING).registryAbsent(),
              "- | stays Registering | Reconciling RegistryNotFound | - -"),
          row(
              "it goes on by itself once the Registry is there",
              in(REGISTERING),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull | Activate > Active |"
                  + " Ready Active"),
          row(
              "a new one waits for its Registry to be seen",
              fresh().registry(REQUESTED),
              "- | Create > Registering | Reconciling RegistryNotReady | - -"),
          row(
              "a new one waits for its Registry to get its address",
              fresh().registry(ACTIVATING),
              "- | Create > Registering | Reconciling RegistryNotReady | - -"),
          row(
              "a new one waits for a Registry whose address can't be read",
              fresh().registryAt(""),
              "- | Create > Registering | Reconciling RegistryNotReady | - -"),
          row(
              "a new one whose namespace its ClusterRegistry does not allow stops before Active",
              fresh().registryNotAllowed(),
              "- | Create, (Activate) > Activating | Stalled RegistryNotAllowed | - -"),
          row(
              "a new one waits for the Secret with its password",
              fresh().sourceAbsent(),
              "- | Create > Registering | Reconciling SourceNotFound | - -"),
          row(
              "a password that breaks a rule stops it on the way to Active",
              fresh().sourceInvalid(),
              "- | Create, (Activate) > Activating | Stalled SourceInvalid | - -"),
          row(
              "it stays there while nobody corrects it",
              in(ACTIVATING).sourceInvalid(),
              "- | stays Activating | Stalled SourceInvalid | - -"),
          row(
              "a Secret that a backup has brought back with it is kept under the finalizer",
              in(ACTIVATING).sourceInvalid().target(PullSecrets.ours("pull")),
              "AddFinalizer | stays Activating | Stalled SourceInvalid | - -"),
          row(
              "so is one that is not its target any more",
              in(ACTIVATING).sourceInvalid().leftovers(PullSecrets.ours("before")),
              "AddFinalizer | stays Activating | Stalled SourceInvalid | - -"),
          row(
              "one that waited for a Registry is stopped by the password next",
              in(REGISTERING).sourceInvalid(),
              "- | (Activate) > Activating | Stalled SourceInvalid | - -"),
          row(
              "it goes on by itself once the password is corrected",
              in(ACTIVATING),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull | Activate > Active |"
                  + " Ready Active"),
          row(
              "a new one with a field that is not known is left alone",
              fresh().unreadable("spec.desiredState"),
              "- | stays Requested | Stalled SpecUnreadable | - -"),

          // Values that come to an end are read again then.
          row(
              "a token is read again when it comes to its end",
              in(ACTIVE).expiring(3_600),
              "- | stays Active | Ready Active | At 13:00:00.500"),
          row(
              "one that has come to its end is what there is, until its source gives another",
              in(ACTIVE).expiring(-1),
              "- | stays Active | Ready Active"),
          row(
              "and before that where a fight is over earlier",
              in(ACTIVE)
                  .expiring(3_600)
                  .target(PullSecrets.withContent(PullSecrets.ours("pull"), "{}"))
                  .contest(new Contention(7, CredentialFixture.NOW.plusSeconds(4), "rival")),
              "- | stays Active | Reconciling Contested | At 12:00:04.500"),

          // Once it was Active its last good entry stays.
          row(
              "an Active one keeps its entry while its Registry is absent",
              in(ACTIVE).registryAbsent(),
              "- | stays Active | Reconciling RegistryNotFound"),
          row(
              "an Active one keeps its entry while its Registry starts anew",
              in(ACTIVE).registry(REGISTERING),
              "- | stays Active | Reconciling RegistryNotReady"),
          row(
              "an Active one keeps its entry while its source is absent",
              in(ACTIVE).sourceAbsent(),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "an Active one keeps its entry while its source is invalid",
              in(ACTIVE).sourceInvalid(),
              "- | stays Active | Stalled SourceInvalid"),
          row(
              "an Active one keeps its entry while its spec can't be read",
              in(ACTIVE).unreadable("spec.target"),
              "- | stays Active | Stalled SpecUnreadable"),

          // Its Registry goes out of use.
          row(
              "a Registry that is Inactive takes it out of use, recorded first",
              in(ACTIVE).registry(INACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"),
          row(
              "then its entry is blanked",
              in(DEACTIVATING).registry(INACTIVE),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Resting"
                  + " RegistryInactive"),
          row(
              "it rests while the Registry does",
              in(INACTIVE).registry(INACTIVE),
              "- | stays Inactive | Resting RegistryInactive"),
          row(
              "a Registry that is Removed takes it out of use",
              in(DEACTIVATING).registry(REMOVED),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Resting"
                  + " RegistryInactive"),
          row(
              "a Registry that waits for its credentials to go takes it out of use",
              in(ACTIVE).registry(DEACTIVATING),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"),
          row(
              "a new one of an Inactive Registry writes nothing",
              fresh().registry(INACTIVE),
              "- | Create, Deactivate > Inactive | Resting RegistryInactive | - -"),
          row(
              "it stays out of use while the Registry is restored",
              in(INACTIVE).registry(RESTORING),
              "- | stays Inactive | Resting RegistryInactive"),
          row(
              "it comes back with its Registry",
              in(INACTIVE),
              "Patch pull annotations+data {robot@registry.example.com} of pull | Activate > Active"
                  + " | Ready Active"),
          row(
              "it can't come back while the password is invalid",
              in(INACTIVE).sourceInvalid(),
              "- | (Activate) > Activating | Stalled SourceInvalid"),
          row(
              "a Registry that is being deleted takes it out of use, recorded first",
              in(ACTIVE).registryDeleting(ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"),
          row(
              "then its entry is blanked, and it waits for a Registry of that name",
              in(DEACTIVATING).registryDeleting(ACTIVE),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Reconciling"
                  + " RegistryNotFound"),
          row(
              "its entry is blanked even if the Registry is gone by then",
              in(DEACTIVATING).registryAbsent(),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Reconciling"
                  + " RegistryNotFound"),
          row(
              "it goes on waiting once the Registry is gone",
              in(INACTIVE).registryAbsent(),
              "- | stays Inactive | Reconciling RegistryNotFound"),

          // A restart in the middle of an update that an older version recorded.
          row(
              "an update that was recorded keeps its entry while the password is invalid",
              in(LifecycleState.UPDATING_ACTIVE).sourceInvalid(),
              "- | stays UpdatingActive | Stalled SourceInvalid"),
          row(
              "an update that was recorded is finished",
              in(LifecycleState.UPDATING_ACTIVE),
              "- | Update > Active | Ready Active"));

  /** It has left more than was looked at: what is known of it goes first, and nothing ends. */
  static final List<Row> MORE_LEFT_ROWS =
      List.of(
          row(
              "an Active one looks at more as soon as it has taken some of it away",
              in(ACTIVE).leftovers(PullSecrets.ours("before")).hasMore(),
              "Delete before | stays Active | Ready Active | AtOnce"),
          row(
              "it looks again later while nothing of it can be taken away",
              in(ACTIVE).observedGeneration(2).hasMore(),
              "- | Update > Active | Ready Active | At 12:01:00.500"),
          row(
              "or earlier, if that is due for another reason",
              in(ACTIVE).expiring(7).hasMore(),
              "- | stays Active | Ready Active | At 12:00:07.500"),
          row(
              "a finalizer that comes back takes nothing away",
              in(ACTIVE).finalizer(false).hasMore(),
              "AddFinalizer | stays Active | Ready Active | At 12:01:00.500"),
          row(
              "a step that takes something away is recorded first all the same",
              in(ACTIVE).deleting().hasMore(),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "it is not out of use before all of it is",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .leftovers(PullSecrets.ours("before"))
                  .hasMore(),
              "Patch pull annotations+data {} for pull, Delete before | stays Deactivating |"
                  + " Reconciling Deactivating | AtOnce"),
          row(
              "also where nothing of it can be taken away",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .target(PullSecrets.blank("pull"))
                  .hasMore(),
              "- | stays Deactivating | Reconciling Deactivating | At 12:01:00.500"),
          row(
              "what another operator has answered for is left alone",
              in(ACTIVE).registryUnserved().hasMore(),
              "- | stays Active | Reconciling RegistryNotFound | LeftAlone"));

  @ParameterizedTest
  @FieldSource("ROWS")
  void isPlanned(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("MORE_LEFT_ROWS")
  void doesNotForgetWhatItHasLeft(Row row) {
    row.check();
  }

  @ParameterizedTest
  @EnumSource
  void whateverItsRegistryIsAnActiveOneFollowsIt(LifecycleState registry) {
    assertThat(in(ACTIVE).registry(registry).plan().progress().state())
        .isEqualTo(
            switch (registry) {
              case ACTIVE, UPDATING_ACTIVE -> ACTIVE;
              case REQUESTED, REGISTERING, ACTIVATING -> ACTIVE;
              case DEACTIVATING, INACTIVE, UPDATING_INACTIVE, REMOVING, REMOVED, RESTORING ->
                  DEACTIVATING;
              case PURGING, PURGED -> LifecycleState.REMOVING;
            });
  }

  @Test
  void whatWasReadIsNotPrinted() {
    assertThat(in(ACTIVE).observed().toString()).contains("Value[redacted]");
  }

  /** Or the operator that knows the ClusterRegistry and this one would write in turns. */
  @Test
  void whatAnotherOperatorHasAnsweredForIsLeftAlone() {
    var plan =
        PlanText.of(
            in(ACTIVE)
                .registryUnserved()
                .target(PullSecrets.withOwners(PullSecrets.ours("pull")))
                .plan());
    assertThat(plan.actions()).isEqualTo("-");
    assertThat(plan.next()).isEqualTo("LeftAlone");
    assertThat(PlanText.of(in(REGISTERING).registryUnserved().plan()).next())
        .isEqualTo("LeftAlone");
  }

  @Test
  void whatNobodyHasAnsweredForIsSaid() {
    for (var unanswered :
        List.of(fresh().registryUnserved(), in(ACTIVE).registryUnserved().observedGeneration(2))) {
      var plan = PlanText.of(unanswered.plan());
      assertThat(plan.readiness()).isEqualTo("Reconciling RegistryNotFound");
      assertThat(plan.next()).isEqualTo("Settled");
    }
  }

  /** Either may finish what is recorded. */
  @Test
  void aBlankingThatWasRecordedIsFinishedWhoeverServesTheRegistry() {
    assertThat(PlanText.of(in(DEACTIVATING).registryUnserved().plan()).progress())
        .isEqualTo("Deactivate > Inactive");
    assertThat(
            PlanText.of(in(ACTIVE).registryUnserved().declared(DesiredState.INACTIVE).plan())
                .progress())
        .isEqualTo("(Deactivate) > Deactivating");
  }

  @Test
  void theValuesOfOneThatDoesNotGoToActiveAreNotNeeded() {
    assertThat(List.of(fresh(), in(ACTIVE), in(INACTIVE)))
        .allMatch(given -> CredentialChecks.needsSources(given.claimant(), CredentialFixture.NOW));
    assertThat(
            List.of(
                in(ACTIVE).deleting(),
                in(ACTIVE).declared(DesiredState.INACTIVE),
                in(ACTIVE).registryAbsent(),
                in(ACTIVE).unreadable("spec.target")))
        .noneMatch(given -> CredentialChecks.needsSources(given.claimant(), CredentialFixture.NOW));
  }

  /** Be the password there or not. */
  @Test
  void withoutItsUserNameThereIsNoEntry() {
    var known = in(ACTIVE).claimant();
    assertThat(SecretRequests.entry(known)).isPresent();
    var nameless =
        new CredentialView(
            known.id(),
            known.created(),
            known.spec(),
            null,
            known.lastStatus(),
            known.registry(),
            new SourceValues(
                new SourceValue.Missing("There is no Secret account."),
                known.values().password(),
                "",
                null),
            known.policy(),
            true);
    assertThat(SecretRequests.entry(nameless)).isEmpty();
  }

  @Test
  void aMessageNamesWhatIsMissing() {
    assertThat(fresh().registryAbsent().plan().readiness().message())
        .startsWith("There is no Registry example in this namespace");
    assertThat(fresh().registryAbsent().clusterRegistry().plan().readiness().message())
        .startsWith("There is no ClusterRegistry example");
    assertThat(fresh().sourceAbsent().plan().readiness().message()).contains("Secret token");
    assertThat(in(ACTIVE).unreadable("spec.target").plan().readiness().message())
        .startsWith("spec.target ");
    assertThat(in(ACTIVE).unreadable("spec.target is odd.").plan().readiness().message())
        .isEqualTo("spec.target is odd.");
    assertThat(in(ACTIVE).unreadable(null).plan().readiness().message()).startsWith("spec is ");
  }
}
