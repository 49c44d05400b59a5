package dev.regcred.operator.queue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceDeleteEvent;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The way to the reconciler of a kind for resources that its own watch does not bring: those that a
 * change of something else concerns ({@code Triggers}), all of them when this operator becomes the
 * leader, and one that was created right after one of the same name had gone.
 *
 * <p>After the pass for a deletion java-operator-sdk 5.2 forgets all it knows of the name ({@code
 * EventProcessor.cleanupForDeletedEvent}), also that a new resource of that name has appeared
 * meanwhile. Nobody would look at that one until it is changed.
 *
 * @param <R> the kind
 */
public final class WorkQueue<R extends HasMetadata> extends AbstractEventSource<R, R> {
  /** The pass is over a moment after it has returned; later once more, should it not have been. */
  private static final List<Long> DELAYS_MILLIS = List.of(100L, 2_000L);

  /** The time after which a deletion is brought again that was not done with, in milliseconds. */
  private static final long AGAIN_MILLIS = 2_000;

  private Consumer<ResourceID> onPass = _ -> {};

  public WorkQueue(Class<R> kind) {
    super(kind, "work-queue");
  }

  /** Sets who is told when a pass of a resource begins. */
  public void onPass(Consumer<ResourceID> listener) {
    onPass = listener;
  }

  /** The reconciler calls this before it looks at anything. */
  public void passBegins(ResourceID id) {
    onPass.accept(id);
  }

  @Override
  public Set<R> getSecondaryResources(R primary) {
    return Set.of();
  }

  /** Adds a resource, which need not exist; once if it is added again before its pass. */
  public void enqueue(ResourceID id) {
    handle(new Event(id));
  }

  /** Adds all resources, as is to be done when this operator has become the leader. */
  public void enqueueAll(Cache<R> cache) {
    cache.list().forEach(resource -> enqueue(ResourceID.fromResource(resource), resource));
  }

  /** Adds the new resource of the name, if there is one; for the pass for a deletion. */
  public void enqueueSuccessor(ResourceID id, Cache<R> cache) {
    for (long delay : DELAYS_MILLIS) {
      CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS)
          .execute(() -> cache.get(id).ifPresent(resource -> enqueue(id, resource)));
    }
  }

  /**
   * Adds the deletion of a resource once more; for a pass for it that was not done with it. The
   * SDK's own retry would forget the deletion where another event follows it.
   */
  public void enqueueDeletion(ResourceID id, R gone, Cache<R> cache) {
    CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (cache.get(id).isEmpty()) {
                handle(new ResourceDeleteEvent(ResourceAction.DELETED, id, gone, false));
              }
            });
  }

  private void enqueue(ResourceID id, R resource) {
    handle(new ResourceEvent(ResourceAction.ADDED, id, resource));
  }

  private void handle(Event event) {
    var handler = getEventHandler();
    if (handler != null) {
      handler.handleEvent(event);
    }
  }
}
