package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The barrier that keeps every controller from its first pass until all watches have brought their
 * first lists, so that nothing is decided on a cache that is still empty. All watches are announced
 * while the controllers are registered, before any of them is started.
 */
final class StartBarrier {
  private final Duration timeout;
  private final Map<String, CountDownLatch> watches = new ConcurrentHashMap<>();

  /**
   * A barrier that waits for no watch yet.
   *
   * @param timeout how long a start waits for a watch
   */
  StartBarrier(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Adds a watch that every start waits for.
   *
   * @return to be called when its first list is in the cache
   */
  Runnable expect(String watch) {
    var synced = new CountDownLatch(1);
    watches.put(watch, synced);
    return synced::countDown;
  }

  /** The event source by which a controller waits. */
  <P extends HasMetadata> EventSource<P, P> gate(Class<P> kind) {
    return new Gate<>(kind);
  }

  private void await() {
    try {
      for (var watch : watches.entrySet()) {
        if (!watch.getValue().await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new OperatorException("The watch of " + watch.getKey() + " did not sync");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperatorException(e);
    }
  }

  private final class Gate<P extends HasMetadata> extends AbstractEventSource<P, P> {
    Gate(Class<P> kind) {
      super(kind, "start-barrier");
    }

    @Override
    public void start() {
      await();
      super.start();
    }

    @Override
    public Set<P> getSecondaryResources(P primary) {
      return Set.of();
    }
  }
}
