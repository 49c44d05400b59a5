package dev.regcred.status;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules say what is worth an Event: of a pass a step that took something away or brought it
 * back, a fault that was not there before, Pods that are stuck, and an account that is refused; and
 * a Secret that was taken over, whatever became of the pass. Activation is what is expected, and in
 * a steady state nothing happens.
 */
public final class NotableEvents {
  /** The conditions beside which what is declared may be there. */
  private static final Set<String> NO_FAULTS =
      Set.of(
          ConditionType.READY.value(),
          ConditionType.PODS_STUCK.value(),
          ConditionType.VERIFIED.value());

  /** False for a moment, on the way to where it shall be: no fault. */
  private static final Set<String> UNDER_WAY =
      Stream.of(
              Reason.DEACTIVATING,
              Reason.REMOVING,
              Reason.PURGING,
              Reason.REGISTRY_NOT_READY,
              Reason.NAMESPACES_PENDING,
              Reason.CREDENTIALS_IN_USE)
          .map(Reason::value)
          .collect(Collectors.toUnmodifiableSet());

  private NotableEvents() {}

  /**
   * What happened in a pass.
   *
   * @param previous the status before it
   * @param next the status after it; null if the resource is gone
   */
  public static List<EventContent> of(
      @Nullable LifecycleStatus previous,
      @Nullable LifecycleStatus next,
      Plan plan,
      Outcome outcome) {
    var events = new ArrayList<EventContent>();
    if (outcome instanceof Outcome.Done) {
      events.addAll(next == null ? deletion(previous, plan) : steps(plan));
    }
    fault(previous, next).ifPresent(events::add);
    stuckPods(previous, next).ifPresent(events::add);
    refusal(previous, next).ifPresent(events::add);
    return List.copyOf(events);
  }

  /**
   * A Secret that was other people's alone was taken over.
   *
   * @param secret its name, with its namespace where that is not the credential's
   */
  public static EventContent adoption(String secret) {
    return new EventContent(
        EventContent.Type.NORMAL,
        "Adopted",
        "Adopt",
        "Secret %s, which was handed over, is taken over; what others put there stays."
            .formatted(secret));
  }

  private static List<EventContent> steps(Plan plan) {
    var completed = plan.progress().completed();
    var events = new ArrayList<EventContent>();
    for (Step step : completed) {
      if (isNotable(step, plan.progress())) {
        var isLast = step.equals(completed.getLast());
        events.add(
            new EventContent(
                EventContent.Type.NORMAL,
                reason(step.process()),
                step.process().value(),
                isLast ? plan.readiness().message() : "It goes on from there, as declared."));
      }
    }
    return events;
  }

  private static boolean isNotable(Step step, Plan.Progress progress) {
    return switch (step.process()) {
      // Only passed through by one that was never in use, or by one that is being removed.
      case DEACTIVATE ->
          steps(progress)
              .noneMatch(
                  other ->
                      other.process() == LifecycleProcess.CREATE
                          || other.process() == LifecycleProcess.REMOVE);
      case REMOVE, PURGE, RESTORE -> true;
      case CREATE, ACTIVATE, UPDATE -> false;
    };
  }

  private static String reason(LifecycleProcess process) {
    return switch (process) {
      case CREATE -> "Created";
      case ACTIVATE -> "Activated";
      case DEACTIVATE -> "Deactivated";
      case UPDATE -> "Updated";
      case REMOVE -> "Removed";
      case PURGE -> "Purged";
      case RESTORE -> "Restored";
    };
  }

  private static Stream<Step> steps(Plan.Progress progress) {
    return Stream.concat(progress.completed().stream(), Stream.ofNullable(progress.underWay()));
  }

  /**
   * The deletion is told by the pass that takes the finalizer off, unless it had been removed
   * before.
   */
  private static List<EventContent> deletion(@Nullable LifecycleStatus previous, Plan plan) {
    var state = previous == null ? null : previous.state();
    var wasTold = state != null && state.isRemovedOrLater();
    var isEnd = plan.actions().stream().anyMatch(Action.RemoveFinalizer.class::isInstance);
    return wasTold || !isEnd
        ? List.of()
        : List.of(
            new EventContent(
                EventContent.Type.NORMAL,
                reason(LifecycleProcess.REMOVE),
                LifecycleProcess.REMOVE.value(),
                "It is withdrawn, and its deletion goes on."));
  }

  private static Optional<EventContent> fault(
      @Nullable LifecycleStatus previous, @Nullable LifecycleStatus next) {
    var before = ready(previous).map(Condition::reason);
    return ready(next)
        .filter(_ -> isFault(next))
        .filter(ready -> !before.equals(Optional.of(ready.reason())))
        .map(
            ready ->
                new EventContent(
                    EventContent.Type.WARNING, ready.reason(), "Reconcile", ready.message()));
  }

  /** Pods that are stuck are told once, when there were none before. */
  private static Optional<EventContent> stuckPods(
      @Nullable LifecycleStatus previous, @Nullable LifecycleStatus next) {
    return condition(previous, ConditionType.PODS_STUCK).isPresent()
        ? Optional.empty()
        : condition(next, ConditionType.PODS_STUCK)
            .map(
                stuck ->
                    new EventContent(
                        EventContent.Type.WARNING, stuck.reason(), "Attach", stuck.message()));
  }

  /** That an account is of no use is told once, when it is not known yet. */
  private static Optional<EventContent> refusal(
      @Nullable LifecycleStatus previous, @Nullable LifecycleStatus next) {
    return isRefused(previous)
        ? Optional.empty()
        : condition(next, ConditionType.VERIFIED)
            .filter(_ -> isRefused(next))
            .map(
                refused ->
                    new EventContent(
                        EventContent.Type.WARNING, refused.reason(), "Verify", refused.message()));
  }

  private static boolean isRefused(@Nullable LifecycleStatus status) {
    return condition(status, ConditionType.VERIFIED)
        .filter(verified -> verified.status().equals(Condition.FALSE))
        .isPresent();
  }

  /** It is not as declared, and either waits for something to change or for a person. */
  private static boolean isFault(@Nullable LifecycleStatus status) {
    return conditions(status).anyMatch(condition -> !NO_FAULTS.contains(condition.type()))
        && ready(status).filter(ready -> !UNDER_WAY.contains(ready.reason())).isPresent();
  }

  private static Optional<Condition> ready(@Nullable LifecycleStatus status) {
    return condition(status, ConditionType.READY);
  }

  private static Optional<Condition> condition(
      @Nullable LifecycleStatus status, ConditionType type) {
    return conditions(status)
        .filter(condition -> condition.type().equals(type.value()))
        .findFirst();
  }

  private static Stream<Condition> conditions(@Nullable LifecycleStatus status) {
    var conditions = status == null ? null : status.conditions();
    return conditions == null ? Stream.of() : conditions.stream();
  }
}
