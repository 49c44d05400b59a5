package dev.regcred.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Changes of one object that concern a crowd of resources. A watch brings the changes of all
 * namespaces one after the other; so that nobody waits until a crowd of somebody else's is
 * triggered, that is done among the reconciliations of its namespace, and once for all changes that
 * come meanwhile.
 */
final class Crowds {
  /** More than so many are a crowd. */
  static final int CROWD = 64;

  private final FairExecutor executor;
  private final Consumer<ResourceID> trigger;

  /** The objects whose crowds are to be triggered. */
  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param trigger for one of the crowd
   */
  Crowds(FairExecutor executor, Consumer<ResourceID> trigger) {
    this.executor = executor;
    this.trigger = trigger;
  }

  /**
   * Whom to trigger at once for a change; none if it is a crowd.
   *
   * @param object what has changed, such as {@code secret/pull}
   * @param concerned all that it concerns
   */
  Set<ResourceID> concernedBy(
      String namespace, String object, Supplier<Set<ResourceID>> concerned) {
    var key = namespace + "/" + object;
    if (pending.contains(key)) {
      return Set.of();
    }
    var all = concerned.get();
    if (all.size() <= CROWD) {
      return all;
    }
    if (pending.add(key)) {
      try {
        executor.execute(
            namespace,
            () -> {
              pending.remove(key); // Before it is asked who they are: a later change counts anew.
              concerned.get().forEach(trigger);
            });
      } catch (RejectedExecutionException e) {
        pending.remove(key); // The operator stops.
      }
    }
    return Set.of();
  }
}
