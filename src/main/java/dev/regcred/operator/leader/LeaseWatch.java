package dev.regcred.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.Consumer;

/** The watch of the Lease: it tells of each version, by which a leader shows that it is alive. */
final class LeaseWatch implements ResourceEventHandler<Lease>, AutoCloseable {
  private final Consumer<Lease> changed;
  private final Runnable deleted;
  private final SharedIndexInformer<Lease> informer;

  /**
   * A watch that is not started yet.
   *
   * @param changed told of the Lease as it is there, and of each version after that
   * @param deleted told when it is gone
   */
  LeaseWatch(Resource<Lease> lease, Consumer<Lease> changed, Runnable deleted) {
    this.changed = changed;
    this.deleted = deleted;
    // It is tried again for ever; whoever waits for the Lease asks for it besides.
    this.informer = lease.runnableInformer(0).exceptionHandler((_, _) -> true);
  }

  /** Begins to watch; never waits for the API server. */
  void start() {
    informer.addEventHandler(this);
    informer.start();
  }

  @Override
  public void onAdd(Lease lease) {
    changed.accept(lease);
  }

  @Override
  public void onUpdate(Lease before, Lease lease) {
    changed.accept(lease);
  }

  @Override
  public void onDelete(Lease lease, boolean isStateUnknown) {
    deleted.run();
  }

  @Override
  public void close() {
    informer.close();
  }
}
