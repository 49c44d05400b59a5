package dev.regcred.status;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Plan.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of transitions, {@code status.lastTransition} and {@code status.history}.
 *
 * @param last the newest step, finished or under way
 * @param finished the newest {@value #KEPT} finished steps, newest first; null if there are none
 */
record TransitionLog(@Nullable Transition last, @Nullable List<Transition> finished) {
  /** How many finished steps are kept. */
  static final int KEPT = 5;

  static TransitionLog of(
      @Nullable Transition last,
      @Nullable List<Transition> history,
      Progress progress,
      Instant now) {
    var finished = new ArrayList<>(history == null ? List.of() : history);
    for (Step step : progress.completed()) {
      last = new Transition(step.process(), from(step, last), step.to(), now);
      finished.addFirst(last);
    }
    var underWay = progress.underWay();
    if (underWay != null && !underWay.isResumed()) {
      last = new Transition(underWay.process(), underWay.from(), underWay.through(), now);
    }
    return new TransitionLog(
        last,
        finished.isEmpty()
            ? null
            : List.copyOf(finished.subList(0, Math.min(KEPT, finished.size()))));
  }

  /**
   * The state that a step which is taken up again came from stands in the record of its beginning.
   */
  private static LifecycleState from(Step step, @Nullable Transition last) {
    return last != null && last.to() == step.through() && last.from() != null
        ? last.from()
        : step.from();
  }
}
