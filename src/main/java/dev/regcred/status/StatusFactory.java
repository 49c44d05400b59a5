package dev.regcred.status;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.NamespaceCounts;
import dev.regcred.api.v1alpha1.NamespaceFailure;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.api.v1alpha1.StuckPodsStatus;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.lifecycle.AvailableActions;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.StuckPodsReport;
import dev.regcred.plan.VerifiedClaim;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The factory of the next status, which is equal to the previous one where nothing is to be said,
 * and then not written.
 */
public final class StatusFactory {
  /** How many failed namespaces a status names. */
  private static final int NAMED_FAILURES = 10;

  private StatusFactory() {}

  /** The status of a RegistryCredential after a pass. */
  public static RegistryCredentialStatus credential(
      @Nullable RegistryCredentialStatus previous,
      @Nullable CredentialSpec spec,
      long generation,
      Plan plan,
      Outcome outcome,
      Instant now) {
    var next = StatusChange.of(previous, plan, outcome, now);
    var published = published(previous, plan, outcome);
    return new RegistryCredentialStatus(
        next.state(),
        generation,
        actions(next, spec),
        next.conditions(previous, generation, plan.verified(), outcome),
        next.lastTransition(),
        next.history(),
        next.removedTime(),
        next.purgeTime(spec == null ? PurgeAfter.NEVER : spec.purgeAfter()),
        published.podsAttachedTime(),
        stuckPods(previous, plan, outcome),
        published.serverAddress(),
        refusedVersion(previous, plan),
        published.secretName());
  }

  /** The status of a ClusterRegistryCredential after a pass. */
  public static ClusterRegistryCredentialStatus clusterCredential(
      @Nullable ClusterRegistryCredentialStatus previous,
      @Nullable CredentialSpec spec,
      long generation,
      Plan plan,
      Outcome outcome,
      Instant now) {
    var next = StatusChange.of(previous, plan, outcome, now);
    var published = published(previous, plan, outcome);
    var counts = counts(plan, outcome);
    return new ClusterRegistryCredentialStatus(
        next.state(),
        generation,
        actions(next, spec),
        next.conditions(previous, generation, plan.verified(), outcome),
        next.lastTransition(),
        next.history(),
        next.removedTime(),
        next.purgeTime(spec == null ? PurgeAfter.NEVER : spec.purgeAfter()),
        published.podsAttachedTime(),
        stuckPods(previous, plan, outcome),
        published.serverAddress(),
        refusedVersion(previous, plan),
        published.secretName(),
        counts.map(StatusFactory::counts).orElse(previous == null ? null : previous.namespaces()),
        counts.map(StatusFactory::failures).orElse(previous == null ? null : previous.failures()));
  }

  private static @Nullable StuckPodsStatus stuckPods(
      @Nullable CredentialStatus previous, Plan plan, Outcome outcome) {
    if (isUnread(outcome)) {
      return previous == null ? null : previous.stuckPods();
    }
    var report = plan.stuckPods();
    return report == null || !report.isStuck()
        ? null
        : new StuckPodsStatus(report.count(), report.pods(), report.attached());
  }

  /** Whether there was no plan, which nothing is known by. */
  private static boolean isUnread(Outcome outcome) {
    return outcome instanceof Outcome.Failed(var action, _) && action == null;
  }

  /** The counts after the pass; empty where it failed before it could count. */
  private static Optional<FanOutCounts> counts(Plan plan, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> Optional.ofNullable(plan.counts());
      case Outcome.Partial(var failures, _) ->
          Optional.ofNullable(plan.counts()).map(counts -> counts.after(failures));
      case Outcome.Failed _ -> Optional.empty();
    };
  }

  private static NamespaceCounts counts(FanOutCounts counts) {
    return new NamespaceCounts(
        counts.desired(), counts.synced(), counts.overridden(), counts.failed().size());
  }

  private static @Nullable List<NamespaceFailure> failures(FanOutCounts counts) {
    return counts.failed().isEmpty()
        ? null
        : counts.failed().stream()
            .limit(NAMED_FAILURES)
            .map(
                failed ->
                    new NamespaceFailure(
                        failed.namespace(),
                        failed.readiness().reason().value(),
                        failed.readiness().message()))
            .toList();
  }

  private static List<LifecycleProcess> actions(StatusChange next, @Nullable CredentialSpec spec) {
    return AvailableActions.of(
        TransitionTable.CREDENTIAL,
        next.state(),
        spec == null ? DesiredState.ACTIVE : spec.desiredState());
  }

  /** What is published of the pull Secret: as planned if that was done, else as it was. */
  private static PublishedTarget published(
      @Nullable CredentialStatus previous, Plan plan, Outcome outcome) {
    var before =
        previous == null
            ? PublishedTarget.none()
            : new PublishedTarget(
                previous.secretName(), previous.serverAddress(), previous.podsAttachedTime());
    if (!isReached(plan, outcome)) {
      return before;
    }
    var published = plan.published();
    // Where a namespace failed its ServiceAccounts may be without, and its Pods would be.
    return outcome instanceof Outcome.Done || published.podsAttachedTime() != null
        ? published
        : new PublishedTarget(
            published.secretName(), published.serverAddress(), before.podsAttachedTime());
  }

  /**
   * The plan is reached also if some of many namespaces failed, as long as the credential is of use
   * in others.
   */
  private static boolean isReached(Plan plan, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> true;
      case Outcome.Failed _ -> false;
      case Outcome.Partial _ ->
          counts(plan, outcome).filter(t -> t.desired() > 0 && t.isInUse()).isPresent();
    };
  }

  /** Of an account that is not looked at, what is known stays. */
  private static @Nullable String refusedVersion(@Nullable CredentialStatus previous, Plan plan) {
    return plan.verified() != null
        ? plan.verified().refusedVersion()
        : previous == null ? null : previous.refusedVersion();
  }

  /** The status of a Registry after a pass. */
  public static RegistryStatus registry(
      @Nullable RegistryStatus previous,
      @Nullable ServerSpec spec,
      long generation,
      Plan plan,
      Outcome outcome,
      Instant now) {
    var next = StatusChange.of(previous, plan, outcome, now);
    var before = previous == null ? null : previous.serverAddress();
    var address = outcome instanceof Outcome.Done ? plan.published().serverAddress() : before;
    return new RegistryStatus(
        next.state(),
        generation,
        AvailableActions.of(
            TransitionTable.REGISTRY,
            next.state(),
            spec == null ? DesiredState.ACTIVE : spec.desiredState()),
        next.conditions(previous, generation, null, outcome),
        next.lastTransition(),
        next.history(),
        next.removedTime(),
        next.purgeTime(spec == null ? PurgeAfter.NEVER : spec.purgeAfter()),
        address);
  }

  /** What a pass changed, the same for all kinds. */
  private record StatusChange(
      LifecycleState state,
      Readiness readiness,
      @Nullable Transition lastTransition,
      @Nullable List<Transition> history,
      @Nullable Instant removedTime,
      Instant now,
      @Nullable StuckPodsReport stuckPods,
      boolean isUnread) {

    static StatusChange of(
        @Nullable LifecycleStatus previous, Plan plan, Outcome outcome, Instant exactly) {
      var now = exactly.truncatedTo(ChronoUnit.SECONDS);
      var state = previous == null ? null : previous.state();
      var before = state == null ? LifecycleState.REQUESTED : state;
      var last = previous == null ? null : previous.lastTransition();
      var history = previous == null ? null : previous.history();
      var removedTime = previous == null ? null : previous.removedTime();
      var readiness = withStuckPods(StatusFactory.readiness(plan, outcome), plan.stuckPods());
      if (!isReached(plan, outcome)) {
        return new StatusChange(
            before,
            readiness,
            last,
            history,
            removedTime,
            now,
            plan.stuckPods(),
            StatusFactory.isUnread(outcome));
      }
      var log = TransitionLog.of(last, history, plan.progress(), now);
      var after = plan.progress().state();
      return new StatusChange(
          after,
          readiness,
          log.last(),
          log.finished(),
          removedTime(after, removedTime, now),
          now,
          plan.stuckPods(),
          false);
    }

    private static @Nullable Instant removedTime(
        LifecycleState state, @Nullable Instant before, Instant now) {
      return state.isRemovedOrLater() ? (before == null ? now : before) : null;
    }

    List<Condition> conditions(
        @Nullable LifecycleStatus previous,
        long generation,
        @Nullable VerifiedClaim verified,
        Outcome outcome) {
      var conditions = previous == null ? null : previous.conditions();
      var before = conditions == null ? List.<Condition>of() : conditions;
      var next = Conditions.of(before, readiness, stuckPods, generation, now);
      var pods = isUnread ? before.stream().filter(StatusChange::isOfPods) : Stream.<Condition>of();
      var account =
          verified != null
              ? Optional.of(Conditions.verified(before, verified, generation, now))
              // A pass that failed has not asked; what was known is known still.
              : Conditions.verified(before).filter(_ -> outcome instanceof Outcome.Failed);
      return Stream.of(next.stream(), pods, account.stream()).flatMap(s -> s).toList();
    }

    private static boolean isOfPods(Condition condition) {
      return condition.type().equals(ConditionType.PODS_STUCK.value());
    }

    /** The readiness stays as it is; its message says of Pods what it can't do for them. */
    private static Readiness withStuckPods(
        Readiness readiness, @Nullable StuckPodsReport stuckPods) {
      return stuckPods == null || !readiness.ready() || stuckPods.message().isEmpty()
          ? readiness
          : Readiness.ready(readiness.reason(), readiness.message() + " " + stuckPods.message());
    }

    @Nullable Instant purgeTime(PurgeAfter purgeAfter) {
      return state == LifecycleState.REMOVED
          ? Optional.ofNullable(removedTime).flatMap(purgeAfter::after).orElse(null)
          : null;
    }
  }

  private static Readiness readiness(Plan plan, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> plan.readiness();
      case Outcome.Failed(_, var failure) -> failure.readiness();
      case Outcome.Partial _ ->
          counts(plan, outcome).map(t -> t.readiness(plan.readiness())).orElse(plan.readiness());
    };
  }
}
