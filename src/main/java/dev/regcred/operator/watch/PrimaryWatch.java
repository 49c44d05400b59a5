package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;

/**
 * The listener at a controller's own watch: it hears every change of the kind, also those that are
 * no reason for a pass of the resource itself.
 *
 * @param <R> the kind
 */
final class PrimaryWatch<R extends HasMetadata> extends AbstractEventSource<R, R>
    implements ResourceEventAware<R> {
  private final Runnable synced;
  private final ChangeListener<R> listener;

  /**
   * An ear that hears nothing before it is started.
   *
   * @param synced told when the first list is in the cache
   */
  PrimaryWatch(Class<R> kind, Runnable synced, ChangeListener<R> listener) {
    super(kind, "primary-watch");
    this.synced = synced;
    this.listener = listener;
  }

  /** A controller's own cache is filled before any of its other event sources is started. */
  @Override
  public void start() {
    super.start();
    synced.run();
  }

  /** It is started before those that wait for it. */
  @Override
  public EventSourceStartPriority priority() {
    return EventSourceStartPriority.RESOURCE_STATE_LOADER;
  }

  @Override
  public Set<R> getSecondaryResources(R primary) {
    return Set.of();
  }

  @Override
  public void onResourceCreated(R resource) {
    listener.changed(null, resource);
  }

  @Override
  public void onResourceUpdated(R newResource, R oldResource) {
    listener.changed(oldResource, newResource);
  }

  @Override
  public void onResourceDeleted(R resource) {
    listener.changed(resource, null);
  }
}
