package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;

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
   * The events that came before the start was over. They wait here: the SDK's methods for them wait
   * for the start, which waits for the watch; and where the first try of a watch failed after its
   * list, the client begins the second only when the events of the first list have been taken.
   */
  private final List<Runnable> early = new ArrayList<>();

  private boolean isStarted;

  /**
   * A watch that is not started yet.
   *
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
    synchronized (early) {
      early.forEach(Runnable::run);
      early.clear();
      isStarted = true;
    }
    synced.run();
  }

  private void afterStart(Runnable event) {
    synchronized (early) {
      if (!isStarted) {
        early.add(event);
        return;
      }
    }
    event.run();
  }

  @Override
  public void onAdd(S added) {
    listener.changed(null, added);
    afterStart(() -> super.onAdd(added));
  }

  @Override
  public void onUpdate(S before, S after) {
    listener.changed(before, after);
    afterStart(() -> super.onUpdate(before, after));
  }

  @Override
  public void onDelete(S last, boolean isUnknown) {
    listener.changed(last, null);
    afterStart(() -> super.onDelete(last, isUnknown));
  }
}
