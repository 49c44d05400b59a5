package dev.regcred.controller;

import dev.regcred.api.v1alpha1.RegistryCredential;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

/**
 * The watch of a kind that has no reconciler here. It stands in the controller of
 * RegistryCredentials.
 *
 * @param <S> the kind
 */
final class SecondaryWatch<S extends HasMetadata>
    extends InformerEventSource<S, RegistryCredential> {
  private final Runnable synced;
  private final ChangeListener<S> listener;

  /**
   * @param synced told when the first list is in the cache
   * @param listener told of each change, the operator's own among them, before the configuration's
   *     mapper is, which hears of other people's only and not of what an object was before
   */
  SecondaryWatch(
      InformerEventSourceConfiguration<S> configuration,
      EventSourceContext<RegistryCredential> context,
      Runnable synced,
      ChangeListener<S> listener) {
    super(configuration, context);
    this.synced = synced;
    this.listener = listener;
  }

  @Override
  public synchronized void start() {
    super.start();
    synced.run();
  }

  @Override
  public void onAdd(S added) {
    listener.changed(null, added);
    super.onAdd(added);
  }

  @Override
  public void onUpdate(S before, S after) {
    listener.changed(before, after);
    super.onUpdate(before, after);
  }

  @Override
  public void onDelete(S last, boolean isUnknown) {
    listener.changed(last, null);
    super.onDelete(last, isUnknown);
  }
}
