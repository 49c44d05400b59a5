package dev.regcred.lifecycle;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import java.util.ArrayList;
import java.util.List;

/**
 * The actions of {@code status.availableActions}: what a user may declare now, and would change
 * something.
 */
public final class AvailableActions {
  private AvailableActions() {}

  /**
   * The processes that a declaration can set going, in the order of the table.
   *
   * @param table the kind's life cycle
   * @param state where the resource is
   * @param declared what its spec says now
   */
  public static List<LifecycleProcess> of(
      TransitionTable table, LifecycleState state, DesiredState declared) {
    var actions = new ArrayList<LifecycleProcess>();
    for (DesiredState end : DesiredState.values()) {
      if (end != declared && isAllowed(table, state, end)) {
        actions.add(action(state, end));
      }
    }
    return actions.stream().distinct().toList();
  }

  /**
   * The rule that the CRD has too: nothing but a Registry comes back once it is being removed. One
   * that is being purged ends as Purged whatever is declared, so nothing is worth declaring.
   */
  private static boolean isAllowed(TransitionTable table, LifecycleState state, DesiredState end) {
    return !state.isPurgingOrLater() && table.route(state, goal(end)).isPresent();
  }

  private static LifecycleProcess action(LifecycleState state, DesiredState end) {
    return switch (end) {
      case ACTIVE, INACTIVE ->
          state.isRemovingOrLater()
              ? LifecycleProcess.RESTORE
              : end == DesiredState.ACTIVE
                  ? LifecycleProcess.ACTIVATE
                  : LifecycleProcess.DEACTIVATE;
      case REMOVED -> LifecycleProcess.REMOVE;
      case PURGED -> LifecycleProcess.PURGE;
    };
  }

  /** The state in which a declared end has been reached. */
  public static LifecycleState goal(DesiredState end) {
    return switch (end) {
      case ACTIVE -> LifecycleState.ACTIVE;
      case INACTIVE -> LifecycleState.INACTIVE;
      case REMOVED -> LifecycleState.REMOVED;
      case PURGED -> LifecycleState.PURGED;
    };
  }
}
