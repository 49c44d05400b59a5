package dev.regcred.status;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.StuckPodsReport;
import dev.regcred.plan.VerifiedClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that say how ready a resource is: Ready always, and Reconciling, Stalled or
 * PodsStuck while it is True; and Verified, of a credential whose registry is asked. The time of a
 * condition moves only when its status flips.
 */
public final class Conditions {
  private Conditions() {}

  /**
   * The conditions after a pass.
   *
   * @param previous the conditions there are
   * @param stuckPods what is known of Pods that are older than the attachment; null if nothing
   * @param generation the generation of the spec that they speak of
   * @param now the time, to the second
   */
  public static List<Condition> of(
      List<Condition> previous,
      Readiness readiness,
      @Nullable StuckPodsReport stuckPods,
      long generation,
      Instant now) {
    var conditions = new ArrayList<Condition>();
    conditions.add(
        condition(previous, ConditionType.READY, readiness.ready(), readiness, generation, now));
    switch (readiness.convergence()) {
      case RECONCILING ->
          conditions.add(
              condition(previous, ConditionType.RECONCILING, true, readiness, generation, now));
      case STALLED ->
          conditions.add(
              condition(previous, ConditionType.STALLED, true, readiness, generation, now));
      case SETTLED -> {}
    }
    if (stuckPods != null && stuckPods.isStuck()) {
      var said = Readiness.ready(Reason.PODS_STUCK, stuckPods.message());
      conditions.add(condition(previous, ConditionType.PODS_STUCK, true, said, generation, now));
    }
    return List.copyOf(conditions);
  }

  /**
   * The condition Verified after a pass. What was said of the account before the present one stays
   * until there is something to say of this one.
   *
   * @param previous the conditions there are
   * @param generation the generation of the spec that it speaks of
   * @param now the time, to the second
   */
  static Condition verified(
      List<Condition> previous, VerifiedClaim claim, long generation, Instant now) {
    var before = verified(previous);
    var reason = claim.reason();
    if (reason == null && before.isPresent()) {
      return before.get();
    }
    var said = reason == null ? VerifiedReason.PENDING : reason;
    return new Condition(
        ConditionType.VERIFIED.value(),
        said.status(),
        generation,
        since(previous, ConditionType.VERIFIED, said.status(), now),
        said.value(),
        claim.message());
  }

  /** The condition Verified, if it is there. */
  static Optional<Condition> verified(List<Condition> conditions) {
    return conditions.stream()
        .filter(condition -> condition.type().equals(ConditionType.VERIFIED.value()))
        .findFirst();
  }

  private static Condition condition(
      List<Condition> previous,
      ConditionType type,
      boolean holds,
      Readiness readiness,
      long generation,
      Instant now) {
    var status = holds ? Condition.TRUE : Condition.FALSE;
    return new Condition(
        type.value(),
        status,
        generation,
        since(previous, type, status, now),
        readiness.reason().value(),
        readiness.message());
  }

  private static Instant since(
      List<Condition> previous, ConditionType type, String status, Instant now) {
    return previous.stream()
        .filter(c -> c.type().equals(type.value()) && c.status().equals(status))
        .map(Condition::lastTransitionTime)
        .findFirst()
        .orElse(now);
  }
}
