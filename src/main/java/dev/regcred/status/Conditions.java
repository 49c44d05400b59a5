package dev.regcred.status;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.StuckPodsReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that say how ready a resource is: Ready always, and Reconciling, Stalled or
 * PodsStuck while it is True. The time of a condition moves only when its status flips.
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

  private static Condition condition(
      List<Condition> previous,
      ConditionType type,
      boolean holds,
      Readiness readiness,
      long generation,
      Instant now) {
    var status = holds ? Condition.TRUE : Condition.FALSE;
    var since =
        previous.stream()
            .filter(c -> c.type().equals(type.value()) && c.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElse(now);
    return new Condition(
        type.value(), status, generation, since, readiness.reason().value(), readiness.message());
  }
}
