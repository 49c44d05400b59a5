package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.jspecify.annotations.Nullable;

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
   * A watch that is not started yet.
   *
   * @param synced told when the first list is in the cache
   * @param listener told of each change, the operator's own among them, once the watch is started
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

  /**
   * Tells of a change, and does nothing else: the SDK's methods for events wait for the start,
   * which waits for the watch; and where the first try of a watch failed after its list, the client
   * begins the second only when the events of the first list have been taken. Until the start is
   * over nobody has to hear of one, because all is looked at then.
   */
  private void tell(@Nullable S before, @Nullable S after) {
    if (isRunning()) {
      listener.changed(before, after);
    }
  }

  @Override
  public void onAdd(S added) {
    tell(null, added);
  }

  @Override
  public void onUpdate(S before, S after) {
    tell(before, after);
  }

  @Override
  public void onDelete(S last, boolean isUnknown) {
    tell(last, null);
  }
}
