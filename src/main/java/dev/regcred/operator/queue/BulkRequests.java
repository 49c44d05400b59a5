package dev.regcred.operator.queue;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Changes of one object that concern many resources. A watch brings the changes of all namespaces
 * one after the other; so that nobody waits until many of somebody else's are triggered, that is
 * done among the reconciliations of its namespace, and once for all changes that come meanwhile.
 */
public final class BulkRequests {
  /** More than so many are enqueued in bulk. */
  static final int BULK = 64;

  private final FairExecutor executor;
  private final Consumer<ReconcileRequest> enqueue;

  /**
   * The objects for which many are to be enqueued, and those of them of which a pass has begun
   * since the last change: it has seen the change.
   */
  private final Map<String, Set<ReconcileRequest>> pending = new ConcurrentHashMap<>();

  /**
   * A way to the queues that has nothing pending.
   *
   * @param enqueue adds one of them to its queue
   */
  public BulkRequests(FairExecutor executor, Consumer<ReconcileRequest> enqueue) {
    this.executor = executor;
    this.enqueue = enqueue;
  }

  /**
   * Enqueues all that a change concerns: at once if they are few.
   *
   * @param namespace where the object is
   * @param object what has changed, such as {@code secret/pull}
   * @param concerned all that it concerns; asked again when many have their turn
   */
  public void enqueueAll(
      String namespace, String object, Supplier<Set<ReconcileRequest>> concerned) {
    var key = namespace + "/" + object;
    if (pending.computeIfPresent(key, (_, _) -> ConcurrentHashMap.newKeySet()) != null) {
      return;
    }
    var all = concerned.get();
    if (all.size() <= BULK) {
      all.forEach(enqueue);
    } else if (pending.put(key, ConcurrentHashMap.newKeySet()) == null) {
      try {
        executor.execute(
            namespace,
            () -> {
              // Before it is asked who they are: a later change counts anew.
              var begun = Objects.requireNonNull(pending.remove(key));
              concerned.get().stream().filter(request -> !begun.contains(request)).forEach(enqueue);
            });
      } catch (RejectedExecutionException e) {
        pending.remove(key); // The operator stops.
      }
    }
  }

  /** A pass of a resource begins, and will see all that has changed before. */
  public void passBegins(ReconcileRequest request) {
    pending.values().forEach(begun -> begun.add(request));
  }
}
