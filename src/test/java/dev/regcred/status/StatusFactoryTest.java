package dev.regcred.status;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.Removal;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status as a whole. */
class StatusFactoryTest {
  private static final Instant THIRD_PASS = Instant.parse("2026-03-01T12:03:00Z");

  @Test
  void afterTheFirstPassItSaysWhatWasReached() {
    var status = new Passes().to(ACTIVE).status();
    assertThat(status.state()).isEqualTo(ACTIVE);
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.secretName()).isEqualTo("pull");
    assertThat(status.serverAddress()).isEqualTo("registry.example.com");
    assertThat(status.availableActions())
        .containsExactly(
            LifecycleProcess.DEACTIVATE, LifecycleProcess.REMOVE, LifecycleProcess.PURGE);
    assertThat(status.removedTime()).isNull();
    assertThat(status.purgeTime()).isNull();
  }

  @Test
  void aPassThatChangesNothingLeavesAnEqualStatusSoThatNoneIsWritten() {
    var passes = new Passes().to(ACTIVE);
    var before = passes.status();
    assertThat(passes.stays().status()).isEqualTo(before);
    var removed = passes.into(REMOVED).to(REMOVED).status();
    assertThat(passes.stays().status()).isEqualTo(removed);
  }

  @Test
  void aFailureThatRepeatsIsWrittenOnce() {
    var passes = new Passes().to(ACTIVE).failsTo(INACTIVE, Failure.Kind.API);
    var before = passes.status();
    assertThat(passes.failsTo(INACTIVE, Failure.Kind.API).status()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "FORBIDDEN, Forbidden",
    "NAMESPACE_TERMINATING, NamespaceTerminating",
    "QUOTA, QuotaExceeded",
    "API, ApiError",
    "REFUSED, ApiError",
    "CONFLICT, ApiError"
  })
  void aFailureSaysWhyAndLeavesTheRestAsItWas(Failure.Kind kind, String reason) {
    var before = new Passes().to(ACTIVE).status();
    var status = new Passes().to(ACTIVE).failsTo(PURGED, kind).status();
    assertThat(status).usingRecursiveComparison().ignoringFields("conditions").isEqualTo(before);
    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status, Condition::reason, Condition::message)
        .containsExactly(
            tuple("Ready", "False", reason, "The API server said no."),
            tuple("Reconciling", "True", reason, "The API server said no."));
  }

  @Test
  void aFirstPassThatFailsNamesNoSecretThatItDidNotWrite() {
    var status = new Passes().failsTo(ACTIVE, Failure.Kind.QUOTA).status();
    assertThat(status.state()).isEqualTo(REQUESTED);
    assertThat(status.secretName()).isNull();
    assertThat(status.serverAddress()).isNull();
  }

  @Test
  void neitherDoesOneWhoseStatusCouldNotBeRead() {
    var plan = plan(Plan.Progress.none(REQUESTED), "pull", "registry.example.com");
    var status = StatusFactory.credential(null, null, 3, plan, failed(), THIRD_PASS);
    assertThat(status.secretName()).isNull();
    assertThat(status.serverAddress()).isNull();
    assertThat(StatusFactory.registry(null, null, 3, plan, failed(), THIRD_PASS).serverAddress())
        .isNull();
  }

  @Test
  void removedTimeIsSetOnceAndPurgeTimeFollowsThePresentSpec() {
    var passes = new Passes().to(ACTIVE).into(REMOVED);
    assertThat(passes.status().removedTime()).isNull();
    assertThat(passes.status().purgeTime()).isNull();
    var removed = passes.to(REMOVED).status();
    assertThat(removed.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(removed.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(60));

    var later = passes.purgeAfter("1h").stays().status();
    assertThat(later.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(later.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(3600));
    assertThat(passes.purgeAfter("Never").stays().status().purgeTime()).isNull();

    var purged = passes.to(PURGED).status();
    assertThat(purged.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(purged.purgeTime()).isNull();
    assertThat(purged.availableActions()).isEmpty();
  }

  @Test
  void aRemovalAndAPurgeInOnePassHaveOneTime() {
    var status = new Passes().to(ACTIVE).into(REMOVED).to(PURGED).status();
    assertThat(status.removedTime()).isEqualTo(THIRD_PASS);
  }

  @Test
  void aRestoredRegistryForgetsItsRemoval() {
    var removed = registry(null, Plan.Progress.none(REMOVED), "60s");
    assertThat(removed.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(removed.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(60));
    assertThat(removed.availableActions()).contains(LifecycleProcess.RESTORE);
    var restored =
        registry(
            removed,
            Plan.Progress.through(
                REMOVED, TransitionTable.REGISTRY.route(REMOVED, INACTIVE).orElseThrow()),
            "60s");
    assertThat(restored.state()).isEqualTo(INACTIVE);
    assertThat(restored.removedTime()).isNull();
    assertThat(restored.purgeTime()).isNull();
  }

  @Test
  void aRegistryThatIsBeingRemovedHasNoTimeYet() {
    var removing = registry(null, Plan.Progress.none(REMOVING), "60s");
    assertThat(removing.removedTime()).isNull();
    assertThat(removing.purgeTime()).isNull();
  }

  @Test
  void timesHaveNoFractionsWhichTheApiWouldNotKeep() {
    var status = new Passes().to(ACTIVE).into(REMOVED).to(REMOVED).status();
    assertThat(status.toString()).doesNotContainPattern("\\d\\.\\d+Z");
  }

  private static RegistryStatus registry(
      @Nullable RegistryStatus previous, Plan.Progress progress, String purgeAfter) {
    return StatusFactory.registry(
        previous,
        new RegistrySpec(
            "registry.example.com",
            null,
            DesiredState.ACTIVE,
            new Removal(new PurgeAfter(purgeAfter))),
        3,
        plan(progress, null, "registry.example.com"),
        new Outcome.Done(),
        THIRD_PASS);
  }

  private static Plan plan(
      Plan.Progress progress, @Nullable String secretName, String serverAddress) {
    return new Plan(
        List.of(),
        progress,
        Verdict.ready(Reason.ACTIVE, "It is there."),
        new Plan.Placement(secretName, serverAddress),
        new Plan.Next.Settled());
  }

  private static Outcome failed() {
    return new Outcome.Failed(
        new Action.AddFinalizer(), new Failure(Failure.Kind.API, "The API server said no.", null));
  }
}
