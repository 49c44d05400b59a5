package dev.regcred.status;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.lifecycle.AvailableActions;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Placement;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next status. Equal to the previous one where nothing is to be said, and then not written. */
public final class StatusFactory {
  private StatusFactory() {}

  /** The status of a RegistryCredential after a pass. */
  public static RegistryCredentialStatus credential(
      @Nullable RegistryCredentialStatus previous,
      @Nullable RegistryCredentialSpec spec,
      long generation,
      Plan plan,
      Outcome outcome,
      Instant now) {
    var next = Pass.of(previous, plan, outcome, now);
    var before =
        previous == null
            ? new Placement(null, null)
            : new Placement(previous.secretName(), previous.serverAddress());
    var placement = outcome instanceof Outcome.Done ? plan.placement() : before;
    return new RegistryCredentialStatus(
        next.state(),
        generation,
        AvailableActions.of(
            TransitionTable.CREDENTIAL,
            next.state(),
            spec == null ? DesiredState.ACTIVE : spec.desiredState()),
        next.conditions(previous, generation),
        next.lastTransition(),
        next.history(),
        next.removedTime(),
        next.purgeTime(spec == null ? PurgeAfter.NEVER : spec.purgeAfter()),
        placement.serverAddress(),
        placement.secretName());
  }

  /** The status of a Registry after a pass. */
  public static RegistryStatus registry(
      @Nullable RegistryStatus previous,
      @Nullable RegistrySpec spec,
      long generation,
      Plan plan,
      Outcome outcome,
      Instant now) {
    var next = Pass.of(previous, plan, outcome, now);
    var before = new Placement(null, previous == null ? null : previous.serverAddress());
    var placement = outcome instanceof Outcome.Done ? plan.placement() : before;
    return new RegistryStatus(
        next.state(),
        generation,
        AvailableActions.of(
            TransitionTable.REGISTRY,
            next.state(),
            spec == null ? DesiredState.ACTIVE : spec.desiredState()),
        next.conditions(previous, generation),
        next.lastTransition(),
        next.history(),
        next.removedTime(),
        next.purgeTime(spec == null ? PurgeAfter.NEVER : spec.purgeAfter()),
        placement.serverAddress());
  }

  /** What a pass changed, the same for all kinds. */
  private record Pass(
      LifecycleState state,
      Verdict verdict,
      @Nullable Transition lastTransition,
      @Nullable List<Transition> history,
      @Nullable Instant removedTime,
      Instant now) {

    static Pass of(
        @Nullable LifecycleStatus previous, Plan plan, Outcome outcome, Instant exactly) {
      var now = exactly.truncatedTo(ChronoUnit.SECONDS);
      var state = previous == null ? null : previous.state();
      var before = state == null ? LifecycleState.REQUESTED : state;
      var last = previous == null ? null : previous.lastTransition();
      var history = previous == null ? null : previous.history();
      var removedTime = previous == null ? null : previous.removedTime();
      if (outcome instanceof Outcome.Failed(_, var failure)) {
        return new Pass(before, failed(failure), last, history, removedTime, now);
      }
      var log = TransitionLog.of(last, history, plan.progress(), now);
      var after = plan.progress().state();
      return new Pass(
          after,
          plan.verdict(),
          log.last(),
          log.finished(),
          removedTime(after, removedTime, plan.progress(), now),
          now);
    }

    private static @Nullable Instant removedTime(
        LifecycleState state, @Nullable Instant before, Progress progress, Instant now) {
      return switch (state) {
        case REMOVED, PURGING, PURGED ->
            before != null
                    && progress.completed().stream()
                        .noneMatch(step -> step.to() == LifecycleState.REMOVED)
                ? before
                : now;
        default -> null;
      };
    }

    List<dev.regcred.api.v1alpha1.Condition> conditions(
        @Nullable LifecycleStatus previous, long generation) {
      var conditions = previous == null ? null : previous.conditions();
      return Conditions.of(conditions == null ? List.of() : conditions, verdict, generation, now);
    }

    @Nullable Instant purgeTime(PurgeAfter purgeAfter) {
      return state == LifecycleState.REMOVED && removedTime != null
          ? purgeAfter.after(removedTime).orElse(null)
          : null;
    }
  }

  private static Verdict failed(Failure failure) {
    return Verdict.reconciling(
        switch (failure.kind()) {
          case FORBIDDEN -> Reason.FORBIDDEN;
          case QUOTA -> Reason.QUOTA_EXCEEDED;
          case NAMESPACE_TERMINATING -> Reason.NAMESPACE_TERMINATING;
          case API, REFUSED, CONFLICT -> Reason.API_ERROR;
        },
        failure.message());
  }
}
