package dev.regcred.app;

import dev.regcred.cluster.Leadership;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes turns with other operators by a Lease (coordination.k8s.io/v1), by the rules of client-go's
 * leader election.
 *
 * <p>The client's own elector asks for the Lease every retry period only. This one watches it: it
 * takes over a moment after a leader has released it, and a leader that is silent for the duration
 * of the Lease is replaced then. Times are this machine's, from when something was seen; clocks of
 * different machines are never compared.
 */
final class LeaderElection implements Leadership, AutoCloseable {
  /** The Lease, in the operator's own namespace. */
  static final String LEASE = "regcred-operator";

  private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
  private static final Duration CLOSING_TIME = Duration.ofSeconds(3);

  private final LeaseLock lock;
  private final LeaseSettings settings;
  private final Runnable begun;
  private final Runnable lost;

  /** All that is neither final nor volatile is this thread's alone. */
  private final ScheduledExecutorService thread;

  /** {@link System#nanoTime}, which goes on while a process is suspended. */
  private final LongSupplier nanoTime;

  private final SharedIndexInformer<Lease> informer;
  private @Nullable ScheduledFuture<?> next;

  /** The newest version of another's Lease, and when it was seen first. */
  private @Nullable String seenVersion;

  private long seenAt;

  /** The version of our own. */
  private @Nullable String heldVersion;

  private volatile boolean isHolder;

  /** The renew deadline. */
  private volatile long heldUntil;

  /** Of the next failure. */
  private Level level = Level.WARN;

  /**
   * @param namespace the Lease's
   * @param instance which operator it is, such as the name of its Pod
   * @param begun called, on a thread of its own, when it has become the leader
   * @param lost called when it is the leader no more, though it has not released the Lease
   */
  LeaderElection(
      KubernetesClient client,
      String namespace,
      String instance,
      LeaseSettings settings,
      Runnable begun,
      Runnable lost) {
    this(
        client,
        namespace,
        instance,
        settings,
        begun,
        lost,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("leader-election").factory()),
        System::nanoTime);
  }

  /**
   * @param thread carries out one step at a time
   * @param nanoTime the time by which it waits, in nanoseconds
   */
  LeaderElection(
      KubernetesClient client,
      String namespace,
      String instance,
      LeaseSettings settings,
      Runnable begun,
      Runnable lost,
      ScheduledExecutorService thread,
      LongSupplier nanoTime) {
    this.thread = thread;
    this.nanoTime = nanoTime;
    // Two processes of one machine have the same host name, and so have two lives of one Pod.
    var identity = instance + "_" + UUID.randomUUID();
    this.lock =
        new LeaseLock(client, namespace, LEASE, identity, settings.duration(), Clock.systemUTC());
    this.settings = settings;
    this.begun = begun;
    this.lost = lost;
    // It is tried again for ever; whoever waits for the Lease asks for it besides.
    this.informer =
        lock.lease()
            .runnableInformer(0)
            .addEventHandler(new Changes())
            .exceptionHandler((_, _) -> true);
  }

  @Override
  public boolean isHeld() {
    return isHolder && nanoTime.getAsLong() - heldUntil < 0;
  }

  /** Begins to stand by; never waits for the API server. */
  void start() {
    informer.start();
    thread.execute(this::look);
  }

  private final class Changes implements ResourceEventHandler<Lease> {
    @Override
    public void onAdd(Lease lease) {
      run(() -> consider(lease));
    }

    @Override
    public void onUpdate(Lease before, Lease lease) {
      run(() -> consider(lease));
    }

    @Override
    public void onDelete(Lease lease, boolean isStateUnknown) {
      run(LeaderElection.this::look);
    }

    private void run(Runnable step) {
      try {
        thread.execute(step);
      } catch (RejectedExecutionException e) {
        // It is closed.
      }
    }
  }

  /** Asks for the Lease, and takes it if it may. */
  private void look() {
    if (isHolder) {
      return;
    }
    attempt(
        () -> {
          var since = nanoTime.getAsLong();
          var lease = lock.lease().get();
          if (lease == null) {
            lead(lock.create(), since);
          } else {
            consider(lease);
          }
        });
  }

  private void consider(Lease lease) {
    if (isHolder) {
      return;
    }
    var now = nanoTime.getAsLong();
    var version = lease.getMetadata().getResourceVersion();
    if (!version.equals(seenVersion)) {
      seenVersion = version;
      seenAt = now;
    }
    var left = lock.duration(lease).toNanos() - (now - seenAt);
    if (LeaseLock.isFree(lease) || left <= 0) {
      attempt(() -> lead(lock.take(lease), now));
    } else {
      schedule(this::look, Duration.ofNanos(left));
    }
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (code(e) != HttpURLConnection.HTTP_CONFLICT) { // Else another one was faster.
        said("The Lease " + lock.namespace() + "/" + LEASE + " is out of reach", e);
      }
      schedule(this::look, settings.retryPeriod());
    }
  }

  private void lead(Lease lease, long since) {
    held(lease, since);
    isHolder = true;
    LOG.info("Leading, as {}", lock.identity());
    schedule(this::renew, settings.retryPeriod());
    Thread.ofVirtual().name("leading").start(begun); // However long it takes, the Lease is renewed.
  }

  /**
   * @param since before the write was sent: others may count from then
   */
  private void held(Lease lease, long since) {
    heldVersion = lease.getMetadata().getResourceVersion();
    heldUntil = since + settings.renewDeadline().toNanos();
    level = Level.WARN;
  }

  private void renew() {
    var since = nanoTime.getAsLong();
    try {
      if (isHeld()) {
        held(lock.renew(Objects.requireNonNull(heldVersion)), since);
      }
    } catch (RuntimeException e) {
      said("The Lease was not renewed", e);
      if (isTaken(e)) {
        heldUntil = since;
      }
    }
    if (isHeld()) {
      var left = Duration.ofNanos(heldUntil - nanoTime.getAsLong());
      schedule(
          this::renew, left.compareTo(settings.retryPeriod()) < 0 ? left : settings.retryPeriod());
    } else {
      isHolder = false;
      LOG.error("Another operator leads, or may lead");
      lost.run();
    }
  }

  /** Somebody may have written to the Lease without taking it; then its new version is held. */
  private boolean isTaken(RuntimeException e) {
    if (code(e) != HttpURLConnection.HTTP_CONFLICT) {
      return code(e) == HttpURLConnection.HTTP_NOT_FOUND;
    }
    try {
      var lease = lock.lease().get();
      if (lease == null || !lock.isHeldByUs(lease)) {
        return true;
      }
      heldVersion = lease.getMetadata().getResourceVersion();
      return false;
    } catch (RuntimeException unread) {
      return false; // It stays unknown, until the deadline at most.
    }
  }

  /** Zero if the API server has not answered. */
  private static int code(RuntimeException e) {
    return e instanceof KubernetesClientException refused ? refused.getCode() : 0;
  }

  private void said(String what, RuntimeException e) {
    LOG.atLevel(level).log("{}, and is tried again: {}", what, e.getMessage());
    level = Level.DEBUG;
  }

  /** Lets the next one take over at once, if this one leads; returns when that is written. */
  @Override
  public void close() {
    try {
      thread.execute(this::release);
      thread.shutdown();
      if (!thread.awaitTermination(CLOSING_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (RejectedExecutionException e) {
      // It is closed already.
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    informer.close();
  }

  private void release() {
    schedule(() -> {}, Duration.ZERO); // In the place of the next look or renewal.
    if (!isHeld()) {
      return;
    }
    isHolder = false;
    try {
      lock.release(Objects.requireNonNull(heldVersion));
      LOG.info("Released the lead");
    } catch (RuntimeException e) {
      LOG.warn("The Lease was not released and runs out: {}", e.getMessage());
    }
  }

  private void schedule(Runnable step, Duration delay) {
    if (next != null) {
      next.cancel(false);
    }
    next =
        thread.isShutdown() ? null : thread.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}
