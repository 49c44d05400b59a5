package dev.regcred.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps a controller from starting before the watches of another one have synced, so that nothing
 * is decided on a cache that is still empty.
 */
final class SyncGate {
  private final Duration timeout;
  private final List<CountDownLatch> awaited = new ArrayList<>();

  /**
   * @param timeout how long a start waits
   */
  SyncGate(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * A watch that is waited for. To be called before the gate is asked for.
   *
   * @param changed told of what an object was before it changed; the SDK's mappers see only what it
   *     is then
   * @param arrived told of each object as it comes, before anything is triggered by it
   * @param gone told of an object that is gone
   */
  <S extends HasMetadata, P extends HasMetadata> InformerEventSource<S, P> watch(
      InformerEventSourceConfiguration<S> configuration,
      EventSourceContext<P> context,
      Consumer<S> changed,
      Consumer<S> arrived,
      Consumer<S> gone) {
    var synced = new CountDownLatch(1);
    awaited.add(synced);
    return new InformerEventSource<>(configuration, context) {
      @Override
      public synchronized void start() {
        super.start();
        synced.countDown();
      }

      @Override
      public void onAdd(S added) {
        arrived.accept(added);
        super.onAdd(added);
      }

      @Override
      public void onUpdate(S before, S after) {
        changed.accept(before);
        arrived.accept(after);
        super.onUpdate(before, after);
      }

      @Override
      public void onDelete(S last, boolean isUnknown) {
        gone.accept(last);
        super.onDelete(last, isUnknown);
      }
    };
  }

  /** For the controller that waits. */
  <P extends HasMetadata> EventSource<P, P> gate(Class<P> kind) {
    return new Gate<>(kind);
  }

  private final class Gate<P extends HasMetadata> extends AbstractEventSource<P, P> {
    Gate(Class<P> kind) {
      super(kind, "sync-gate");
    }

    @Override
    public void start() {
      try {
        for (CountDownLatch synced : awaited) {
          if (!synced.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new OperatorException("A watch did not sync");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OperatorException(e);
      }
      super.start();
    }

    @Override
    public Set<P> getSecondaryResources(P primary) {
      return Set.of();
    }
  }
}
