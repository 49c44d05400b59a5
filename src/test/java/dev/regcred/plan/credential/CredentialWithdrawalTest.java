package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGING;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.UPDATING_INACTIVE;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.Row.row;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.pullsecret.PullSecrets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** How a credential goes out of use: by declaration, by its Registry's purge and by time. */
class CredentialWithdrawalTest {

  static final List<Row> INACTIVE_ROWS =
      List.of(
          row(
              "one that is Inactive from the start never writes its value anywhere",
              fresh().declared(DesiredState.INACTIVE),
              "- | Create, Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "it does not need a Registry for that",
              fresh().declared(DesiredState.INACTIVE).registryAbsent(),
              "- | Create, Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "one that waits has nothing to take away",
              in(REGISTERING).declared(DesiredState.INACTIVE),
              "- | Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "one that was blocked has nothing to take away",
              in(ACTIVATING).declared(DesiredState.INACTIVE),
              "- | Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "an Active one is recorded as Deactivating before anything is written",
              in(ACTIVE).declared(DesiredState.INACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"),
          row(
              "then its entry is blanked in place",
              in(DEACTIVATING).declared(DesiredState.INACTIVE),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Ready Inactive"),
          row(
              "a restart after the blanking only records the end",
              in(DEACTIVATING).declared(DesiredState.INACTIVE).target(PullSecrets.blank("pull")),
              "- | Deactivate > Inactive | Ready Inactive"),
          row(
              "in a steady state nothing is written",
              in(INACTIVE).declared(DesiredState.INACTIVE),
              "- | stays Inactive | Ready Inactive"),
          row(
              "a blank Secret that somebody deleted is there again, for those that refer to it",
              in(INACTIVE).declared(DesiredState.INACTIVE).target(null),
              "Create pull {} for pull | stays Inactive | Ready Inactive"),
          row(
              "an entry that somebody put back is blanked at once",
              in(INACTIVE).declared(DesiredState.INACTIVE).target(PullSecrets.ours("pull")),
              "Patch pull annotations+data {} for pull | stays Inactive | Ready Inactive"),
          row(
              "a changed spec is noted as an update",
              in(INACTIVE).declared(DesiredState.INACTIVE).observedGeneration(2),
              "- | Update > Inactive | Ready Inactive"),
          row(
              "an update that was recorded is finished",
              in(UPDATING_INACTIVE).declared(DesiredState.INACTIVE),
              "- | Update > Inactive | Ready Inactive"),
          row(
              "a restored backup without status is taken out of use by way of Deactivating",
              fresh().declared(DesiredState.INACTIVE).target(PullSecrets.ours("pull")),
              "- | Create, (Deactivate) > Deactivating | Reconciling Deactivating | - - | AtOnce"),
          row(
              "Active again before the entry was taken out leaves it in",
              in(DEACTIVATING),
              "- | Deactivate, Activate > Active | Ready Active"),
          row(
              "a deactivation waits for its spec to be readable again",
              in(DEACTIVATING).unreadable("spec.target"),
              "- | stays Deactivating | Stalled SpecUnreadable"));

  static final List<Row> REMOVED_ROWS =
      List.of(
          row(
              "an Active one is recorded as Removing, and not blanked in between",
              in(ACTIVE).declared(DesiredState.REMOVED),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "then its Secret is deleted and the rest of 60 s begins",
              in(REMOVING).declared(DesiredState.REMOVED),
              "Delete pull | Remove > Removed | Ready Removed | - registry.example.com | At"
                  + " 12:01:00.500"),
          row(
              "it rests from when it is Removed, whatever its status had before",
              in(REMOVING).declared(DesiredState.REMOVED).removed(Duration.ofHours(1)),
              "Delete pull | Remove > Removed | Ready Removed | - registry.example.com | At"
                  + " 12:01:00.500"),
          row(
              "from now on, if that is not known",
              fresh().declared(DesiredState.REMOVED).recorded(REMOVED),
              "- | stays Removed | Ready Removed | - - | At 12:01:00.500"),
          row(
              "a restart after the deletion only records the end",
              in(REMOVING).declared(DesiredState.REMOVED).target(null),
              "- | Remove > Removed | Ready Removed | - registry.example.com | At 12:01:00.500"),
          row(
              "one that was being deactivated is removed without being blanked",
              in(DEACTIVATING).declared(DesiredState.REMOVED),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "an Inactive one is recorded as Removing",
              in(INACTIVE).declared(DesiredState.REMOVED),
              "- | (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "one that waits has nothing to take away",
              in(REGISTERING).declared(DesiredState.REMOVED),
              "- | Remove > Removed | Ready Removed | - - | At 12:01:00.500"),
          row(
              "one that is Removed from the start never writes its value anywhere",
              fresh().declared(DesiredState.REMOVED).registryAbsent(),
              "- | Remove > Removed | Ready Removed | - - | At 12:01:00.500"),
          row(
              "nor does one that is Purged from the start",
              fresh().declared(DesiredState.PURGED),
              "- | Remove, Purge > Purged | Ready Purged | - -"),
          row(
              "but what a backup has brought back with it is its own to take away",
              fresh().declared(DesiredState.PURGED).target(PullSecrets.ours("pull")),
              "- | (Remove) > Removing | Reconciling Removing | - - | AtOnce"),
          row(
              "it does not need a Registry for that",
              in(REMOVING).declared(DesiredState.REMOVED).registryAbsent(),
              "Delete pull | Remove > Removed | Ready Removed | - registry.example.com | At"
                  + " 12:01:00.500"),
          row(
              "a Secret that came back with a backup is taken away from a Removed one",
              in(REMOVED).declared(DesiredState.REMOVED).target(PullSecrets.ours("pull")),
              "Delete pull | stays Removed | Ready Removed | - registry.example.com | At"
                  + " 12:00:50.500"),
          row(
              "a removal is finished even if the spec can't be read meanwhile",
              in(REMOVING).unreadable("spec.removal"),
              "Delete pull | Remove > Removed | Stalled SpecUnreadable | - registry.example.com"));

  static final List<Row> PURGED_ROWS =
      List.of(
          row(
              "an Active one is removed and purged in one go, recorded first",
              in(ACTIVE).declared(DesiredState.PURGED),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "then its Secret is deleted and nothing is left",
              in(REMOVING).declared(DesiredState.PURGED),
              "Delete pull | Remove, Purge > Purged | Ready Purged | - registry.example.com"),
          row(
              "a Removed one has nothing to take away",
              in(REMOVED).declared(DesiredState.PURGED),
              "- | Purge > Purged | Ready Purged | - registry.example.com"),
          row(
              "a Secret that came back is recorded before it is purged",
              in(REMOVED).declared(DesiredState.PURGED).target(PullSecrets.ours("pull")),
              "- | (Purge) > Purging | Reconciling Purging | - registry.example.com | AtOnce"),
          row(
              "a restart while Purging goes on with it",
              in(PURGING).declared(DesiredState.PURGED).target(PullSecrets.ours("pull")),
              "Delete pull | Purge > Purged | Ready Purged | - registry.example.com"),
          row(
              "nothing brings a Purged one back",
              in(PURGED),
              "- | stays Purged | Stalled RegistryPurged | - registry.example.com"),
          row(
              "one that is Purged stays so",
              in(PURGED).declared(DesiredState.PURGED),
              "- | stays Purged | Ready Purged | - registry.example.com"),
          row(
              "before its time a Removed one rests, and the time is kept",
              in(REMOVED).declared(DesiredState.REMOVED).removed(Duration.ofSeconds(59)),
              "- | stays Removed | Ready Removed | - registry.example.com | At 12:00:01.500"),
          row(
              "at its time it is purged by itself",
              in(REMOVED).declared(DesiredState.REMOVED).removed(Duration.ofSeconds(60)),
              "- | Purge > Purged | Ready Purged | - registry.example.com"),
          row(
              "a shorter rest in the present spec counts",
              in(REMOVED).declared(DesiredState.REMOVED).purgeAfter("10s"),
              "- | Purge > Purged | Ready Purged | - registry.example.com"),
          row(
              "a longer one too",
              in(REMOVED)
                  .declared(DesiredState.REMOVED)
                  .removed(Duration.ofHours(1))
                  .purgeAfter("1h30m"),
              "- | stays Removed | Ready Removed | - registry.example.com | At 12:30:00.500"),
          row(
              "with Never it rests for ever",
              in(REMOVED)
                  .declared(DesiredState.REMOVED)
                  .removed(Duration.ofDays(400))
                  .purgeAfter("Never"),
              "- | stays Removed | Ready Removed | - registry.example.com"),
          row(
              "a timed purge that was recorded is finished, whatever the time",
              in(PURGING).declared(DesiredState.REMOVED).purgeAfter("Never"),
              "- | Purge > Purged | Ready Purged | - registry.example.com"));

  static final List<Row> REGISTRY_PURGED_ROWS =
      List.of(
          row(
              "a Registry's purge removes an Active one, recorded first and without blanking",
              in(ACTIVE).registry(PURGED),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "then it is Removed, and says that only a person can go on",
              in(REMOVING).registry(PURGED),
              "Delete pull | Remove > Removed | Stalled RegistryPurged | - registry.example.com |"
                  + " At 12:01:00.500"),
          row(
              "a Registry that is being purged waits for its credentials to go",
              in(INACTIVE).registry(PURGING),
              "- | (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "an Inactive one is removed too",
              in(REMOVING).declared(DesiredState.INACTIVE).registry(PURGED),
              "Delete pull | Remove > Removed | Stalled RegistryPurged | - registry.example.com |"
                  + " At 12:01:00.500"),
          row(
              "a new one of a purged Registry is Removed before it writes anything",
              fresh().registry(PURGED),
              "- | Remove > Removed | Stalled RegistryPurged | - - | At 12:01:00.500"),
          row(
              "it rests for the time that its spec gives it",
              in(REMOVED).registry(PURGED),
              "- | stays Removed | Stalled RegistryPurged | - registry.example.com | At"
                  + " 12:00:50.500"),
          row(
              "and then is purged by itself",
              in(REMOVED).registry(PURGED).removed(Duration.ofMinutes(2)),
              "- | Purge > Purged | Stalled RegistryPurged | - registry.example.com"),
          row(
              "another Registry of that name does not bring it back",
              in(REMOVED).registry(ACTIVE),
              "- | stays Removed | Stalled RegistryPurged | - registry.example.com | At"
                  + " 12:00:50.500"));

  @ParameterizedTest
  @FieldSource("INACTIVE_ROWS")
  void goesInactive(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("REMOVED_ROWS")
  void isRemoved(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("PURGED_ROWS")
  void isPurged(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("REGISTRY_PURGED_ROWS")
  void isRemovedWithItsRegistry(Row row) {
    row.check();
  }
}
