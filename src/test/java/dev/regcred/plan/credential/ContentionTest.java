package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static dev.regcred.pullsecret.PullSecrets.foreign;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static dev.regcred.pullsecret.PullSecrets.withContent;
import static dev.regcred.pullsecret.PullSecrets.withOwners;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.pullsecret.PullSecret;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A credential whose pull Secret another writer changes again and again. */
class ContentionTest {
  private static final Contention LATER = new Contention(7, NOW.plusSeconds(4), "rival");
  private static final Contention DUE = new Contention(7, NOW, "rival");
  private static final Contention PUT_BACK = new Contention(7, NOW.plusSeconds(4), "rival", true);
  private static final PullSecret EDITED = withContent(ours("pull"), "{}");

  static final List<Row> ROWS =
      List.of(
          row(
              "what the other writer left is not touched before its time",
              in(ACTIVE).target(EDITED).contest(LATER),
              "- | stays Active | Reconciling Contested | At 12:00:04.500"),
          row(
              "nor is a Secret that the other writer deleted created",
              in(ACTIVE).target(null).contest(LATER),
              "- | stays Active | Reconciling Contested | At 12:00:04.500"),
          row(
              "a finalizer that somebody took off meanwhile comes back at once",
              in(ACTIVE).finalizer(false).target(null).contest(LATER),
              "AddFinalizer | stays Active | Reconciling Contested | At 12:00:04.500"),
          row(
              "it is put right when its time has come",
              in(ACTIVE).target(EDITED).contest(DUE),
              "Patch pull data {robot@registry.example.com} | stays Active | Ready Active"),
          row(
              "it is over once the Secret stays right",
              in(ACTIVE).contest(LATER),
              "- | stays Active | Ready Active"),
          row(
              "while its password is absent it waits as well",
              in(ACTIVE).sourceAbsent().target(withOwners(ours("pull"))).contest(LATER),
              "- | stays Active | Reconciling Contested | At 12:00:04.500"),
          row(
              "an Inactive one waits as well",
              in(INACTIVE).declared(DesiredState.INACTIVE).target(EDITED).contest(LATER),
              "- | stays Inactive | Reconciling Contested | At 12:00:04.500"),
          row(
              "what is declared does not wait: out of use",
              in(DEACTIVATING).declared(DesiredState.INACTIVE).target(EDITED).contest(LATER),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Ready Inactive"),
          row(
              "nor into use",
              in(ACTIVATING).finalizer(true).target(EDITED).contest(LATER),
              "Patch pull data {robot@registry.example.com} | Activate > Active | Ready Active"),
          row(
              "one that waits in line does not put right what another has in it",
              in(ACTIVATING)
                  .finalizer(true)
                  .target(withContent(shared(ENTRY, "older@registry.example.com", "pull"), "{}"))
                  .sharedWith(in(ACTIVE).named("older", NOW.minusSeconds(7200)))
                  .contest(LATER),
              "- | stays Activating | Stalled ServerClaimed | At 12:00:04.500 | - -"),
          row(
              "a step that was recorded is finished where the Secret has become somebody else's",
              in(DEACTIVATING).target(foreign("pull", "Opaque", "{}")).leftovers(ours("old")),
              "Delete old | Deactivate > Inactive | Stalled TargetNotOwned"),
          row(
              "what is put back while it is Removed is withdrawn later",
              in(REMOVED).declared(DesiredState.REMOVED).target(ours("pull")).contest(PUT_BACK),
              "- | stays Removed | Reconciling Contested | At 12:00:04.500 | - registry.example.com"),
          row(
              "or while it is Purged",
              in(PURGED).declared(DesiredState.PURGED).target(ours("pull")).contest(PUT_BACK),
              "- | stays Purged | Reconciling Contested | At 12:00:04.500 | - registry.example.com"),
          row(
              "so is a Secret that was its target before",
              in(ACTIVE).leftovers(ours("old")).contest(PUT_BACK),
              "- | stays Active | Ready Active | At 12:00:04.500"),
          row(
              "also of an Inactive one",
              in(INACTIVE).declared(DesiredState.INACTIVE).leftovers(ours("old")).contest(PUT_BACK),
              "- | stays Inactive | Ready Inactive | At 12:00:04.500"),
          row(
              "one that is left in a fight goes at once",
              in(ACTIVE).leftovers(ours("old")).contest(LATER),
              "Delete old | stays Active | Ready Active"),
          row(
              "one that is shared, and names it again and again, is put right later",
              in(ACTIVE)
                  .leftovers(shared(ENTRY, "pull", "older").as("old", "uid-of-old", "41"))
                  .sharedWith(in(ACTIVE).named("older", NOW.minusSeconds(7200)).targetName("old"))
                  .contest(LATER),
              "- | stays Active | Ready Active | At 12:00:04.500"),
          row(
              "the way to Removed does not wait",
              in(REMOVING).declared(DesiredState.REMOVED).contest(PUT_BACK),
              "Delete pull | Remove > Removed | Ready Removed | At 12:01:00.500 | - registry.example.com"),
          row(
              "nor does the deletion",
              in(ACTIVE).deleting().recorded(REMOVING).target(EDITED).contest(LATER),
              "Delete pull, RemoveFinalizer | stays Removing | Reconciling Removing | Gone"));

  @ParameterizedTest
  @FieldSource("ROWS")
  void isNoRace(Row row) {
    row.check();
  }

  @Test
  void itsMessageSaysThatItIsPutBack() {
    assertThat(
            in(REMOVED)
                .declared(DesiredState.REMOVED)
                .target(ours("pull"))
                .contest(PUT_BACK)
                .plan()
                .readiness()
                .message())
        .contains(
            "Secret pull was withdrawn 7 times in a row and is put back by rival each time",
            "withdrawn again at 2026-03-01T12:00:05Z;");
  }

  @Test
  void itsMessageNamesTheOtherWriter() {
    assertThat(in(ACTIVE).target(EDITED).contest(LATER).plan().readiness().message())
        .contains("Secret pull", "7 times", "by rival", "put right again at 2026-03-01T12:00:05Z;");
    assertThat(
            in(ACTIVE)
                .target(EDITED)
                .contest(new Contention(7, LATER.until(), null))
                .plan()
                .readiness()
                .message())
        .doesNotContain("null");
    assertThat(
            in(ACTIVE)
                .target(EDITED)
                .contest(new Contention(7, Instant.parse("2026-03-01T12:00:07Z"), null))
                .plan()
                .readiness()
                .message())
        .contains("put right again at 2026-03-01T12:00:07Z;");
  }
}
