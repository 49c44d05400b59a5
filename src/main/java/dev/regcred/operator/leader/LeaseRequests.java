package dev.regcred.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The requests about the Lease, one at a time. Each is waited for no longer than its caller has
 * time, and can be given up by another thread.
 */
final class LeaseRequests {
  private volatile @Nullable Future<?> pending;

  /**
   * Sends a request and waits for its answer.
   *
   * @param most how long at most
   * @throws KubernetesClientException as the API server answers; without a code where it did not
   *     answer in time, or the request was given up
   */
  <T> T answer(Callable<T> request, Duration most) {
    var answer = new FutureTask<>(request);
    pending = answer;
    Thread.ofVirtual().name("lease").start(answer);
    try {
      return answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException refused
          ? refused
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException | CancellationException e) {
      throw new KubernetesClientException("the API server did not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("it is being closed");
    } finally {
      answer.cancel(true);
      pending = null;
    }
  }

  /** Gives up the request that is waited for, if there is one. */
  void cancel() {
    var waiting = pending;
    if (waiting != null) {
      waiting.cancel(true);
    }
  }
}
