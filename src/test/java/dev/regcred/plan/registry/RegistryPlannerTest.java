package dev.regcred.plan.registry;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGING;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.RESTORING;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.plan.registry.RegistryFixture.fresh;
import static dev.regcred.plan.registry.RegistryFixture.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.Row;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Where a Registry goes, and how it waits for its credentials to follow. */
class RegistryPlannerTest {
  static final List<Row> ACTIVE_ROWS =
      List.of(
          row(
              "a new one becomes Active in one pass",
              fresh(),
              "AddFinalizer | Create, Activate > Active | Ready Active"),
          row(
              "in a steady state nothing is written",
              in(ACTIVE),
              "- | stays Active | Ready Active"),
          row(
              "a finalizer that somebody took off comes back",
              in(ACTIVE).finalizer(false),
              "AddFinalizer | stays Active | Ready Active"),
          row(
              "a changed spec is noted as an update",
              in(ACTIVE).observedGeneration(2),
              "- | Update > Active | Ready Active"),
          row(
              "a Docker Hub address is shown in its canonical form",
              fresh().address("docker.io"),
              "AddFinalizer | Create, Activate > Active | Ready Active | -"
                  + " https://index.docker.io/v1/"),
          row(
              "an address that is not accepted is said, and nothing else happens",
              fresh().address("registry.example.com/v2"),
              "- | stays Requested | Stalled ServerAddressInvalid | - -"),
          row(
              "a field that is not known is said, and an Active one stays in use",
              in(ACTIVE).unreadable("spec.desiredState"),
              "- | stays Active | Stalled SpecUnreadable"),
          row(
              "it has its finalizer all the same",
              in(ACTIVE).finalizer(false).unreadable("spec.desiredState"),
              "AddFinalizer | stays Active | Stalled SpecUnreadable"),
          row("an Inactive one comes back", in(INACTIVE), "- | Activate > Active | Ready Active"),
          row(
              "that is no update, whatever has changed besides",
              in(INACTIVE).observedGeneration(2),
              "- | Activate > Active | Ready Active"),
          row(
              "a Removed one is restored, however long it has been",
              in(REMOVED).purgeAfter("5s"),
              "- | Restore, Activate > Active | Ready Active"),
          row(
              "flipped back while it waits, it is Active at once",
              in(DEACTIVATING).credential("a", ACTIVE),
              "- | Deactivate, Activate > Active | Ready Active"),
          row(
              "a Removed one is restored to Active",
              in(REMOVED).credential("a", INACTIVE),
              "- | Restore, Activate > Active | Ready Active"),
          row(
              "flipped back while it is being removed, it is Active at once",
              in(REMOVING).credential("a", ACTIVE),
              "- | Remove, Restore, Activate > Active | Ready Active"),
          row(
              "a restoration that was recorded is finished",
              in(RESTORING),
              "- | Restore, Activate > Active | Ready Active"));

  static final List<Row> INACTIVE_ROWS =
      List.of(
          row(
              "a new one can be Inactive from the start",
              fresh().declared(DesiredState.INACTIVE),
              "AddFinalizer | Create, Deactivate > Inactive | Ready Inactive"),
          row(
              "without credentials it goes out of use in one pass",
              in(ACTIVE).declared(DesiredState.INACTIVE),
              "- | Deactivate > Inactive | Ready Inactive"),
          row(
              "it waits for its credentials to be taken out of use",
              in(ACTIVE).declared(DesiredState.INACTIVE).credential("a", ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse"),
          row(
              "it goes on waiting while one of them is still being taken out",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .credential("a", INACTIVE)
                  .credential("b", DEACTIVATING),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse"),
          row(
              "it is Inactive once all of them are",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .credential("a", INACTIVE)
                  .credential("b", REMOVED)
                  .credential("c", PURGED),
              "- | Deactivate > Inactive | Ready Inactive"),
          row(
              "a Removed one is restored to Inactive",
              in(REMOVED).declared(DesiredState.INACTIVE),
              "- | Restore > Inactive | Ready Inactive"),
          row(
              "a changed spec is noted as an update",
              in(INACTIVE).declared(DesiredState.INACTIVE).observedGeneration(2),
              "- | Update > Inactive | Ready Inactive"));

  static final List<Row> REMOVED_ROWS =
      List.of(
          row(
              "a new one can be Removed from the start",
              fresh().declared(DesiredState.REMOVED),
              "AddFinalizer | Remove > Removed | Ready Removed"),
          row(
              "and Purged",
              fresh().declared(DesiredState.PURGED),
              "AddFinalizer | Remove, Purge > Purged | Ready Purged | - -"),
          row(
              "it waits for its credentials to be taken out of use before it is Removed",
              in(ACTIVE).declared(DesiredState.REMOVED).credential("a", ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse"),
          row(
              "it is Removed once they are out of use, and rests for ever",
              in(DEACTIVATING).declared(DesiredState.REMOVED).credential("a", INACTIVE),
              "- | Deactivate, Remove > Removed | Ready Removed"),
          row(
              "an Inactive one with a credential that is coming up waits for that",
              in(INACTIVE).declared(DesiredState.REMOVED).credential("a", ACTIVATING),
              "- | (Remove) > Removing | Reconciling CredentialsInUse"),
          row(
              "with purgeAfter it says when it is purged",
              in(INACTIVE).declared(DesiredState.REMOVED).purgeAfter("1h"),
              "- | Remove > Removed | Ready Removed | At 13:00:00.500"),
          row(
              "it is Removed first, also where it does not rest at all",
              in(INACTIVE).declared(DesiredState.REMOVED).purgeAfter("0s"),
              "- | Remove > Removed | Ready Removed | At 12:00:00.500"),
          row(
              "before its time it rests, and the time is kept",
              in(REMOVED).declared(DesiredState.REMOVED).purgeAfter("60s"),
              "- | stays Removed | Ready Removed | At 12:00:50.500"),
          row(
              "by default it is never purged by itself",
              in(REMOVED).declared(DesiredState.REMOVED).removed(Duration.ofDays(400)),
              "- | stays Removed | Ready Removed"));

  static final List<Row> PURGED_ROWS =
      List.of(
          row(
              "at its time it is purged, and the address is free",
              in(REMOVED)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("60s")
                  .removed(Duration.ofSeconds(60)),
              "- | Purge > Purged | Ready Purged | - -"),
          row(
              "a purge takes the credentials out of use first",
              in(ACTIVE).declared(DesiredState.PURGED).credential("a", ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse"),
          row(
              "then it waits for them to be removed",
              in(DEACTIVATING).declared(DesiredState.PURGED).credential("a", INACTIVE),
              "- | Deactivate, Remove, (Purge) > Purging | Reconciling CredentialsInUse"),
          row(
              "it goes on waiting while one of them is being removed",
              in(PURGING).declared(DesiredState.PURGED).credential("a", REMOVING),
              "- | (Purge) > Purging | Reconciling CredentialsInUse"),
          row(
              "it is Purged once all of them are Removed, and the address is free",
              in(PURGING).declared(DesiredState.PURGED).credential("a", REMOVED),
              "- | Purge > Purged | Ready Purged | - -"),
          row("nothing turns a purge back", in(PURGING), "- | Purge > Purged | Ready Purged | - -"),
          row(
              "nothing brings a Purged one back",
              in(PURGED),
              "- | stays Purged | Ready Purged | - -"));

  static final List<Row> DELETION_ROWS =
      List.of(
          row(
              "one without credentials is let go at once",
              in(ACTIVE).deleting(),
              "RemoveFinalizer | stays Active | Reconciling Removing | Gone"),
          row(
              "it waits until its credentials are blanked",
              in(ACTIVE).deleting().credential("a", ACTIVE),
              "- | Deactivate, (Remove) > Removing | Reconciling CredentialsInUse"),
          row(
              "it goes on waiting",
              in(REMOVING).deleting().credential("a", DEACTIVATING),
              "- | stays Removing | Reconciling CredentialsInUse"),
          row(
              "a Removed one waits for a credential that is still in use",
              in(REMOVED).deleting().credential("a", ACTIVE),
              "- | stays Removed | Reconciling CredentialsInUse"),
          row(
              "it is let go once they are out of use, not only when they are removed",
              in(REMOVING).deleting().credential("a", INACTIVE).credential("b", REMOVED),
              "RemoveFinalizer | stays Removing | Reconciling Removing | Gone"),
          row(
              "a spec that can't be read is no obstacle",
              in(ACTIVE).deleting().unreadable("spec.serverAddress"),
              "RemoveFinalizer | stays Active | Reconciling Removing | Gone"),
          row(
              "one that never had the finalizer is let go",
              fresh().deleting(),
              "- | stays Requested | Reconciling Removing | - - | Gone"));

  @ParameterizedTest
  @FieldSource("ACTIVE_ROWS")
  void goesActive(Row row) {
    row.check();
  }

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
  @FieldSource("DELETION_ROWS")
  void isDeleted(Row row) {
    row.check();
  }

  /** A credential in any state but these may still have its entry in a Secret. */
  @ParameterizedTest
  @EnumSource
  void waitsForEveryCredentialThatMayHaveAnEntry(LifecycleState credential) {
    var isOut = List.of(INACTIVE, REMOVED, PURGED).contains(credential);
    var deactivation =
        in(ACTIVE).declared(DesiredState.INACTIVE).credential("a", credential).plan();
    assertThat(deactivation.readiness().ready()).isEqualTo(isOut);
    var deletion = in(REMOVING).deleting().credential("a", credential).plan();
    assertThat(deletion.next()).isEqualTo(isOut ? new Plan.Next.Gone() : new Plan.Next.Settled());
  }

  @Test
  void aMessageNamesAFewOfThoseItWaitsFor() {
    var given = in(ACTIVE).declared(DesiredState.INACTIVE);
    for (String name : List.of("a", "b", "c")) {
      given.credential(name, REGISTERING);
    }
    assertThat(given.plan().readiness().message()).contains(" 3 ").endsWith(": a, b, c.");
    given.credential("d", REGISTERING);
    assertThat(given.plan().readiness().message()).contains(" 4 ").endsWith(": a, b, c, ...");
  }

  @Test
  void aMessageNamesTheFieldThatIsNotKnown() {
    assertThat(in(ACTIVE).unreadable("spec.removal").plan().readiness().message())
        .startsWith("spec.removal is ");
    assertThat(in(ACTIVE).unreadable(null).plan().readiness().message()).startsWith("spec is ");
  }
}
