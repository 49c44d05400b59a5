package dev.regcred.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
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

/**
 * Brings resources to their reconciler that no watch brings: all of them when this operator becomes
 * the leader, and one that was created right after one of the same name had gone.
 *
 * <p>After the pass for a deletion java-operator-sdk 5.2 forgets all it knows of the name ({@code
 * EventProcessor.cleanupForDeletedEvent}), also that a new resource of that name has appeared
 * meanwhile. Nobody would look at that one until it is changed.
 */
final class Announcements<R extends HasMetadata> extends AbstractEventSource<R, R> {
  /** The pass is over a moment after it has returned; later once more, should it not have been. */
  private static final List<Long> DELAYS_MILLIS = List.of(100L, 2_000L);

  /** When a deletion is brought again that was not done with, in milliseconds. */
  private static final long AGAIN_MILLIS = 2_000;

  Announcements(Class<R> kind) {
    super(kind, "announcements");
  }

  @Override
  public Set<R> getSecondaryResources(R primary) {
    return Set.of();
  }

  /** To be called when this operator has become the leader. */
  void lookAtAll(Cache<R> cache) {
    cache.list().forEach(resource -> announce(ResourceID.fromResource(resource), resource));
  }

  /** To be called by the pass for a deletion. */
  void lookAgainFor(ResourceID id, Cache<R> cache) {
    for (long delay : DELAYS_MILLIS) {
      CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS)
          .execute(() -> cache.get(id).ifPresent(resource -> announce(id, resource)));
    }
  }

  /**
   * To be called by the pass for a deletion that was not done with it. The SDK's own retry would
   * forget the deletion where another event follows it.
   */
  void deletedAgain(ResourceID id, R gone, Cache<R> cache) {
    CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              var handler = getEventHandler();
              if (handler != null && cache.get(id).isEmpty()) {
                handler.handleEvent(
                    new ResourceDeleteEvent(ResourceAction.DELETED, id, gone, false));
              }
            });
  }

  private void announce(ResourceID id, R resource) {
    var handler = getEventHandler();
    if (handler != null) {
      handler.handleEvent(new ResourceEvent(ResourceAction.ADDED, id, resource));
    }
  }
}
