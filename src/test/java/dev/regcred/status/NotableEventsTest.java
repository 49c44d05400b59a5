package dev.regcred.status;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.StuckPodsReport;
import dev.regcred.plan.VerifiedClaim;
import dev.regcred.pullsecret.SecretWrite;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a pass is worth an Event. */
class NotableEventsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Outcome DONE = new Outcome.Done();

  /** The ways of a Registry's table, which has all steps, and what is told of each. */
  static Stream<Arguments> ways() {
    return Stream.of(
        Arguments.of(REQUESTED, ACTIVE, List.of()),
        Arguments.of(REGISTERING, ACTIVE, List.of()),
        Arguments.of(INACTIVE, ACTIVE, List.of()),
        Arguments.of(REQUESTED, INACTIVE, List.of()),
        Arguments.of(ACTIVE, INACTIVE, List.of("Deactivated Deactivate")),
        Arguments.of(DEACTIVATING, INACTIVE, List.of("Deactivated Deactivate")),
        Arguments.of(ACTIVATING, INACTIVE, List.of("Deactivated Deactivate")),
        Arguments.of(ACTIVE, REMOVED, List.of("Removed Remove")),
        Arguments.of(REMOVING, REMOVED, List.of("Removed Remove")),
        Arguments.of(REMOVING, PURGED, List.of("Removed Remove", "Purged Purge")),
        Arguments.of(REMOVED, PURGED, List.of("Purged Purge")),
        Arguments.of(REMOVED, INACTIVE, List.of("Restored Restore")),
        Arguments.of(REMOVED, ACTIVE, List.of("Restored Restore")));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("ways")
  void aStepThatIsDoneIsToldOnce(LifecycleState from, LifecycleState to, List<String> told) {
    var plan = plan(through(from, to), Readiness.ready(Reason.ACTIVE, "What is there."));
    var next = status(null, from, plan, DONE);
    assertThat(NotableEvents.of(status(from), next, plan, DONE))
        .allMatch(content -> content.type() == EventContent.Type.NORMAL)
        .extracting(content -> content.reason() + " " + content.action())
        .isEqualTo(told);
  }

  @Test
  void theLastStepOfAPassIsToldWithWhatTheStatusSays() {
    var plan = plan(through(REMOVING, PURGED), Readiness.ready(Reason.PURGED, "Nothing is left."));
    var next = status(null, REMOVING, plan, DONE);
    assertThat(NotableEvents.of(status(REMOVING), next, plan, DONE))
        .extracting(EventContent::note)
        .containsExactly("It goes on from there, as declared.", "Nothing is left.");
  }

  @Test
  void aStepThatIsOnlyRecordedIsNotTold() {
    var route = TransitionTable.REGISTRY.route(ACTIVE, REMOVED).orElseThrow();
    var plan =
        plan(
            Progress.into(route.subList(0, route.size() - 1), route.getLast()),
            Readiness.reconciling(Reason.REMOVING, "Under way."));
    var next = status(null, ACTIVE, plan, DONE);
    assertThat(NotableEvents.of(status(ACTIVE), next, plan, DONE)).isEmpty();
  }

  @Test
  void aPassThatFailedTookNoStep() {
    var plan = plan(through(ACTIVE, INACTIVE), Readiness.ready(Reason.INACTIVE, "Out of use."));
    var failed = failed(Failure.Kind.FORBIDDEN);
    var next = status(null, ACTIVE, plan, failed);
    assertThat(NotableEvents.of(status(ACTIVE), next, plan, failed))
        .containsExactly(
            new EventContent(
                EventContent.Type.WARNING, "Forbidden", "Reconcile", "It is forbidden."));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "ACTIVE",
        "INACTIVE",
        "REMOVED",
        "PURGED",
        "DEACTIVATING",
        "REMOVING",
        "PURGING",
        "REGISTRY_NOT_READY",
        "NAMESPACES_PENDING",
        "CREDENTIALS_IN_USE"
      })
  void aFaultIsToldWhenItBegins(Reason reason) {
    for (Readiness readiness :
        List.of(Readiness.reconciling(reason, "Why."), Readiness.stalled(reason, "Why."))) {
      var plan = plan(Progress.none(ACTIVE), readiness);
      var before = status(null, ACTIVE, plan(Progress.none(ACTIVE), ready()), DONE);
      var fault = status(before, ACTIVE, plan, DONE);
      assertThat(NotableEvents.of(before, fault, plan, DONE))
          .containsExactly(
              new EventContent(EventContent.Type.WARNING, reason.value(), "Reconcile", "Why."));
      assertThat(NotableEvents.of(null, fault, plan, DONE)).hasSize(1);
      assertThat(NotableEvents.of(fault, status(fault, ACTIVE, plan, DONE), plan, DONE)).isEmpty();
      assertThat(NotableEvents.of(fault, before, plan(Progress.none(ACTIVE), ready()), DONE))
          .as("its end")
          .isEmpty();
    }
  }

  @Test
  void theSameFaultInOtherWordsIsNoOther() {
    var first = plan(Progress.none(ACTIVE), Readiness.stalled(Reason.SOURCE_INVALID, "One."));
    var second = plan(Progress.none(ACTIVE), Readiness.stalled(Reason.SOURCE_INVALID, "Two."));
    var before = status(null, ACTIVE, first, DONE);
    assertThat(NotableEvents.of(before, status(before, ACTIVE, second, DONE), second, DONE))
        .isEmpty();
  }

  @Test
  void waitingForWhatIsUnderWayIsNoFault() {
    for (Reason reason :
        EnumSet.of(
            Reason.DEACTIVATING,
            Reason.REMOVING,
            Reason.PURGING,
            Reason.REGISTRY_NOT_READY,
            Reason.CREDENTIALS_IN_USE)) {
      var plan = plan(Progress.none(ACTIVE), Readiness.reconciling(reason, "Wait."));
      assertThat(NotableEvents.of(null, status(null, ACTIVE, plan, DONE), plan, DONE)).isEmpty();
    }
  }

  /** They are a map by type: whoever writes one of them may leave them in another order. */
  @Test
  void theReadyConditionIsFoundWhereverItStands() {
    var plan = plan(Progress.none(ACTIVE), Readiness.stalled(Reason.SOURCE_INVALID, "Why."));
    var status = status(null, ACTIVE, plan, DONE);
    var ready = Objects.requireNonNull(status.conditions()).getFirst();
    var other = new Condition("Audited", "True", 3L, NOW, "Someone", "Of another tool.");
    var reversed =
        new RegistryStatus(ACTIVE, 3L, null, List.of(other, ready), null, null, null, null, null);
    assertThat(NotableEvents.of(status, reversed, plan, DONE)).isEmpty();
    assertThat(NotableEvents.of(null, reversed, plan, DONE))
        .containsExactly(
            new EventContent(EventContent.Type.WARNING, "SourceInvalid", "Reconcile", "Why."));
  }

  @Test
  void thatPodsAreStuckIsToldOnceAndIsNoFault() {
    var one = new StuckPodsReport(1, List.of("a"), NOW, "Delete it.");
    var two = new StuckPodsReport(2, List.of("a", "b"), NOW, "Delete them.");
    var first = plan(Progress.none(ACTIVE), ready()).stuckPods(one, List.of());
    var second = plan(Progress.none(ACTIVE), ready()).stuckPods(two, List.of());
    var before = status(null, ACTIVE, first, DONE);
    assertThat(NotableEvents.of(status(ACTIVE), before, first, DONE))
        .containsExactly(
            new EventContent(
                EventContent.Type.WARNING,
                "PodsStuck",
                "Attach",
                "1 older Pod waits for an image without it: a. Delete it."));
    var after = status(before, ACTIVE, second, DONE);
    assertThat(NotableEvents.of(before, after, second, DONE)).isEmpty();
  }

  /** Else it would be told again each time that the API server fails. */
  @Test
  void aPassThatCouldNotReadKeepsWhatIsKnownOfPods() {
    var one = new StuckPodsReport(1, List.of("a"), NOW, "Delete it.");
    var first = plan(Progress.none(ACTIVE), ready()).stuckPods(one, List.of());
    var before = status(null, ACTIVE, first, DONE);
    var unread = new Outcome.Failed(null, new Failure(Failure.Kind.API, "It failed.", null));
    var after = status(before, ACTIVE, Plan.unread(ACTIVE), unread);
    assertThat(Objects.requireNonNull(after.conditions()))
        .extracting(Condition::type)
        .containsExactly("Ready", "Reconciling", "PodsStuck");
  }

  @Test
  void thatAnAccountIsRefusedIsToldOnceAndIsNoFault() {
    var accepted = verified(VerifiedReason.ACCEPTED);
    var refused = verified(VerifiedReason.REFUSED);
    var expired = verified(VerifiedReason.EXPIRED);
    var before = account(null, accepted, DONE);
    assertThat(NotableEvents.of(null, before, accepted, DONE)).isEmpty();
    var after = account(before, refused, DONE);
    assertThat(NotableEvents.of(before, after, refused, DONE))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.type()).isEqualTo(EventContent.Type.WARNING);
              assertThat(event.reason()).isEqualTo("Refused");
              assertThat(event.action()).isEqualTo("Verify");
              assertThat(event.note()).contains("registry.example.com refuses the account");
            });
    var still = account(after, expired, DONE);
    assertThat(NotableEvents.of(after, still, expired, DONE)).isEmpty();
  }

  /** Nor what is known of the version that was refused, or it would be sent again. */
  @Test
  void aPassThatFailsKeepsWhatIsKnownOfTheAccount() {
    var before = account(null, verified(VerifiedReason.REFUSED), DONE);
    var unread = new Outcome.Failed(null, new Failure(Failure.Kind.API, "It failed.", null));
    var after = account(before, Plan.unread(ACTIVE), unread);
    assertThat(Objects.requireNonNull(after.conditions()))
        .extracting(Condition::type, Condition::reason)
        .containsExactly(
            tuple("Ready", "ApiError"),
            tuple("Reconciling", "ApiError"),
            tuple("Verified", "Refused"));
    assertThat(after.refusedVersion()).isEqualTo("v1");
    var off = account(after, plan(Progress.none(ACTIVE), ready()), DONE);
    assertThat(Objects.requireNonNull(off.conditions()))
        .extracting(Condition::type)
        .containsExactly("Ready");
    assertThat(off.refusedVersion()).as("for when it is asked again").isEqualTo("v1");
  }

  /** Else each rotation would be two writes of the status. */
  @Test
  void whatWasKnownStaysUntilThereIsMore() {
    var before = account(null, verified(VerifiedReason.ACCEPTED), DONE);
    var waiting =
        plan(Progress.none(ACTIVE), ready())
            .verified(new VerifiedClaim(null, "registry.example.com", null, Requeue.never()));
    assertThat(account(before, waiting, DONE)).isEqualTo(before);
    assertThat(Objects.requireNonNull(account(null, waiting, DONE).conditions()))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(tuple("Ready", "True", "Active"), tuple("Verified", "Unknown", "Pending"));
  }

  private static RegistryCredentialStatus account(
      @Nullable RegistryCredentialStatus previous, Plan plan, Outcome outcome) {
    return StatusFactory.credential(
        previous, Passes.spec(DesiredState.ACTIVE, "60s"), 3, plan, outcome, NOW);
  }

  private static Plan verified(VerifiedReason reason) {
    return plan(Progress.none(ACTIVE), ready())
        .verified(
            new VerifiedClaim(
                reason,
                "registry.example.com",
                reason.status().equals(Condition.FALSE) ? "v1" : null,
                Requeue.never()));
  }

  @Test
  void restingIsNoFault() {
    var plan =
        plan(Progress.none(INACTIVE), Readiness.resting(Reason.REGISTRY_INACTIVE, "With it."));
    assertThat(NotableEvents.of(null, status(null, INACTIVE, plan, DONE), plan, DONE)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(LifecycleState.class)
  void aDeletionIsToldOnceUnlessItWasRemovedBefore(LifecycleState state) {
    var last = deletion(List.of(new Action.RemoveFinalizer()));
    var wasRemoved = Set.of(REMOVED, LifecycleState.PURGING, PURGED).contains(state);
    assertThat(NotableEvents.of(status(state), null, last, DONE))
        .extracting(EventContent::reason)
        .isEqualTo(wasRemoved ? List.of() : List.of("Removed"));
    assertThat(NotableEvents.of(status(state), null, deletion(List.of()), DONE))
        .as("the finalizers of others")
        .isEmpty();
  }

  @Test
  void theDeletionOfOneThatHasNoStatusIsToldToo() {
    assertThat(NotableEvents.of(null, null, deletion(List.of(new Action.RemoveFinalizer())), DONE))
        .extracting(EventContent::note)
        .containsExactly("It is withdrawn, and its deletion goes on.");
  }

  @Test
  void aSecretThatIsTakenOverIsToldWithItsName() {
    var content = NotableEvents.adoption("shared");
    assertThat(content.type()).isEqualTo(EventContent.Type.NORMAL);
    assertThat(content.reason()).isEqualTo("Adopted");
    assertThat(content.action()).isEqualTo("Adopt");
    assertThat(content.note()).contains("Secret shared");
  }

  /** It is told when its write is done, also where the rest of the pass fails. */
  @Test
  void aPassDoesNotTellOfItOnceMore() {
    var plan = written(new SecretWrite.Patch("shared", Map.of(), true));
    assertThat(NotableEvents.of(status(ACTIVATING), status(null, ACTIVE, plan, DONE), plan, DONE))
        .isEmpty();
  }

  @Test
  void itsTypeIsOneOfTheTwoThatTheApiServerTakes() {
    assertThat(Stream.of(EventContent.Type.values()).map(EventContent.Type::value))
        .containsExactly("Normal", "Warning");
  }

  @Test
  void aNoteIsCutToWhatTheApiServerAccepts() {
    assertThat(note("x".repeat(1024))).hasSize(1024).doesNotContain(".");
    assertThat(note("x".repeat(1025))).hasSize(1024).endsWith("xxx...");
    var wide = note("\uD83D\uDE00".repeat(300));
    assertThat(wide.getBytes(StandardCharsets.UTF_8).length).isEqualTo(1023);
    assertThat(wide).isEqualTo("\uD83D\uDE00".repeat(255) + "...");
  }

  private static String note(String text) {
    return new EventContent(EventContent.Type.NORMAL, "Reason", "Action", text).note();
  }

  private static Readiness ready() {
    return Readiness.ready(Reason.ACTIVE, "It is there.");
  }

  private static Progress through(LifecycleState from, LifecycleState to) {
    return Progress.through(from, TransitionTable.REGISTRY.route(from, to).orElseThrow());
  }

  private static Plan plan(Progress progress, Readiness readiness) {
    return new Plan(
        List.of(), progress, readiness, Plan.PublishedTarget.none(), new Plan.Next.Settled());
  }

  private static Plan written(SecretWrite write) {
    return new Plan(
        List.of(new Action.WriteSecret(write)),
        Progress.none(ACTIVE),
        ready(),
        new Plan.PublishedTarget("shared", null, null),
        new Plan.Next.Settled());
  }

  private static Plan deletion(List<Action> actions) {
    return new Plan(
        actions,
        Progress.none(ACTIVE),
        Readiness.reconciling(Reason.REMOVING, "It is being withdrawn."),
        Plan.PublishedTarget.none(),
        new Plan.Next.Gone());
  }

  private static Outcome failed(Failure.Kind kind) {
    return new Outcome.Failed(
        new Action.AddFinalizer(), new Failure(kind, "It is forbidden.", null));
  }

  private static RegistryStatus status(LifecycleState state) {
    return new RegistryStatus(state, 3L, null, null, null, null, null, null, null);
  }

  private static RegistryStatus status(
      @Nullable RegistryStatus before, LifecycleState state, Plan plan, Outcome outcome) {
    return StatusFactory.registry(
        before == null ? status(state) : before, null, 3, plan, outcome, NOW);
  }
}
