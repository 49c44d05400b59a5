package dev.regcred.lifecycle;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGING;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static dev.regcred.api.v1alpha1.LifecycleState.RESTORING;
import static dev.regcred.api.v1alpha1.LifecycleState.UPDATING_ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.UPDATING_INACTIVE;

import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The legal steps of a kind's life cycle, after the process definitions of Rancher 1.x.
 *
 * <p>Users declare an end; {@link #route} finds the steps that lead there, so that nothing but this
 * table knows which state may follow which.
 */
public final class TransitionTable {
  /** The life cycle of a RegistryCredential. */
  public static final TransitionTable CREDENTIAL =
      new TransitionTable(
          List.of(
              // Create ends where activate begins, so that it goes on by itself.
              row(LifecycleProcess.CREATE, Set.of(REQUESTED), REGISTERING, REGISTERING),
              row(LifecycleProcess.ACTIVATE, Set.of(INACTIVE, REGISTERING), ACTIVATING, ACTIVE),
              row(
                  LifecycleProcess.DEACTIVATE,
                  Set.of(REGISTERING, ACTIVATING, ACTIVE, UPDATING_ACTIVE, UPDATING_INACTIVE),
                  DEACTIVATING,
                  INACTIVE),
              row(LifecycleProcess.UPDATE, Set.of(ACTIVE), UPDATING_ACTIVE, ACTIVE),
              row(LifecycleProcess.UPDATE, Set.of(INACTIVE), UPDATING_INACTIVE, INACTIVE),
              row(
                  LifecycleProcess.REMOVE,
                  Set.of(REQUESTED, REGISTERING, INACTIVE, UPDATING_ACTIVE, UPDATING_INACTIVE),
                  REMOVING,
                  REMOVED),
              row(LifecycleProcess.PURGE, Set.of(REMOVED), PURGING, PURGED)));

  /** The life cycle of a Registry: the same, and a removed one can be restored. */
  public static final TransitionTable REGISTRY =
      new TransitionTable(
          Stream.concat(
                  CREDENTIAL.rows.stream(),
                  Stream.of(row(LifecycleProcess.RESTORE, Set.of(REMOVED), RESTORING, INACTIVE)))
              .toList());

  private final List<Row> rows;
  private final Map<Ends, List<Step>> routes;

  private record Ends(LifecycleState from, LifecycleState goal) {}

  private TransitionTable(List<Row> rows) {
    this.rows = rows;
    this.routes = routes();
  }

  /**
   * A process of the life cycle.
   *
   * @param process its name
   * @param from the states that it may begin in
   * @param through the state while it is under way
   * @param to the state that it ends in
   */
  public record Row(
      LifecycleProcess process,
      Set<LifecycleState> from,
      LifecycleState through,
      LifecycleState to) {}

  /**
   * A process carried out from one state.
   *
   * @param process its name
   * @param from the state that it begins in; for one that is taken up again the state recorded
   *     while it was under way
   * @param through the state while it is under way
   * @param to the state that it ends in
   */
  public record Step(
      LifecycleProcess process, LifecycleState from, LifecycleState through, LifecycleState to) {
    /** Whether it takes something away, so that it is recorded before it is carried out. */
    public boolean isDestructive() {
      return process == LifecycleProcess.DEACTIVATE
          || process == LifecycleProcess.REMOVE
          || process == LifecycleProcess.PURGE;
    }

    /** Whether it was recorded before, and is now taken up again. */
    public boolean isResumed() {
      return from == through && through != to;
    }
  }

  private static Row row(
      LifecycleProcess process,
      Set<LifecycleState> from,
      LifecycleState through,
      LifecycleState to) {
    return new Row(process, from, through, to);
  }

  /** The processes, in the order of the table. */
  public List<Row> rows() {
    return rows;
  }

  /** The step that this process makes from this state; empty where the table has none. */
  public Optional<Step> step(LifecycleState from, LifecycleProcess process) {
    return rows.stream()
        .filter(row -> row.process() == process && row.from().contains(from))
        .map(row -> new Step(process, from, row.through(), row.to()))
        .findFirst();
  }

  /** The step that is under way in this state; empty for a state of rest. */
  public Optional<Step> underWay(LifecycleState state) {
    return rows.stream()
        .filter(row -> row.through() == state && row.to() != state)
        .map(row -> new Step(row.process(), state, state, row.to()))
        .findFirst();
  }

  /**
   * The fewest steps from one state to another, of several equally short ways the one whose first
   * differing step stands higher in the table. A process that is under way is finished first where
   * no other may begin.
   *
   * @return empty if there is no way, as from Purged; an empty list if it is there already
   */
  public Optional<List<Step>> route(LifecycleState from, LifecycleState goal) {
    return Optional.ofNullable(routes.get(new Ends(from, goal)));
  }

  /**
   * The routes are found all at once: every pass asks for one, and a table that is filled later
   * would change.
   */
  private Map<Ends, List<Step>> routes() {
    var all = new HashMap<Ends, List<Step>>();
    for (LifecycleState from : LifecycleState.values()) {
      routesFrom(from).forEach((goal, route) -> all.put(new Ends(from, goal), route));
    }
    return Map.copyOf(all);
  }

  private Map<LifecycleState, List<Step>> routesFrom(LifecycleState from) {
    Map<LifecycleState, List<Step>> reached = new EnumMap<>(LifecycleState.class);
    reached.put(from, List.of());
    var queue = new ArrayDeque<LifecycleState>(List.of(from));
    while (!queue.isEmpty()) {
      var state = queue.remove();
      var way = reached.getOrDefault(state, List.of());
      stepsFrom(state)
          .forEach(
              step -> {
                if (!reached.containsKey(step.to())) {
                  var longer = new ArrayList<>(way);
                  longer.add(step);
                  reached.put(step.to(), List.copyOf(longer));
                  queue.add(step.to());
                }
              });
    }
    return reached;
  }

  private Stream<Step> stepsFrom(LifecycleState state) {
    return Stream.concat(
        underWay(state).stream(),
        rows.stream().flatMap(row -> step(state, row.process()).stream()).distinct());
  }
}
