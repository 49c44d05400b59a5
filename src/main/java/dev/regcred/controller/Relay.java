package dev.regcred.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets changes of one kind trigger another kind's reconciler, without a second watch and a second
 * cache of the first kind: the sender stands in the first kind's controller and hears its watch,
 * the receiver stands in the other kind's.
 *
 * @param <F> the kind whose changes are passed on
 * @param <T> the kind that they trigger
 */
final class Relay<F extends HasMetadata, T extends HasMetadata> {
  /** The resources that a change concerns. */
  interface Targets<F> {
    /**
     * Asked for each change.
     *
     * @param before null for a new one
     * @param after null for a deleted one
     */
    Set<ResourceID> of(@Nullable F before, @Nullable F after);
  }

  private final Class<F> from;
  private final Duration timeout;
  private final Targets<F> targets;
  private final CountDownLatch senderSynced = new CountDownLatch(1);
  private @Nullable Receiver receiver;

  /**
   * @param timeout how long the receiver's start waits for the sender's cache
   */
  Relay(Class<F> from, Duration timeout, Targets<F> targets) {
    this.from = from;
    this.timeout = timeout;
    this.targets = targets;
  }

  /** For the controller of the kind whose changes are passed on. */
  EventSource<F, F> sender() {
    return new Sender();
  }

  /** For the controller of the kind that they trigger. */
  EventSource<F, T> receiver() {
    receiver = new Receiver();
    return receiver;
  }

  /** Triggers one by hand. */
  void trigger(ResourceID target) {
    if (receiver != null) {
      receiver.trigger(target);
    }
  }

  private void pass(@Nullable F before, @Nullable F after) {
    if (receiver == null) {
      return;
    }
    for (ResourceID target : targets.of(before, after)) {
      receiver.trigger(target);
    }
  }

  private final class Sender extends AbstractEventSource<F, F> implements ResourceEventAware<F> {
    Sender() {
      super(from, "relay-sender-" + System.identityHashCode(Relay.this));
    }

    /** A controller's own cache is filled before any of its other event sources is started. */
    @Override
    public void start() {
      super.start();
      senderSynced.countDown();
    }

    /** Before the receivers, which wait for it. */
    @Override
    public EventSourceStartPriority priority() {
      return EventSourceStartPriority.RESOURCE_STATE_LOADER;
    }

    @Override
    public Set<F> getSecondaryResources(F primary) {
      return Set.of();
    }

    @Override
    public void onResourceCreated(F resource) {
      pass(null, resource);
    }

    @Override
    public void onResourceUpdated(F newResource, F oldResource) {
      pass(oldResource, newResource);
    }

    @Override
    public void onResourceDeleted(F resource) {
      pass(resource, null);
    }
  }

  private final class Receiver extends AbstractEventSource<F, T> {
    Receiver() {
      super(from, "relay-receiver-" + System.identityHashCode(Relay.this));
    }

    /** Nothing may be decided on a cache of the other kind that is still empty. */
    @Override
    public void start() {
      try {
        if (!senderSynced.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new OperatorException("The watch of " + from.getSimpleName() + " did not sync");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OperatorException(e);
      }
      super.start();
    }

    @Override
    public Set<F> getSecondaryResources(T primary) {
      return Set.of();
    }

    void trigger(ResourceID target) {
      EventHandler handler = getEventHandler();
      if (handler != null) {
        handler.handleEvent(new Event(target));
      }
    }
  }
}
