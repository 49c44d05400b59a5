package dev.regcred.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
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
 * The leader election takes turns with other operators by a Lease (coordination.k8s.io/v1), by the
 * rules of client-go's leader election. A process leads once: what it has not heard of since its
 * lead was over is not looked at again, so once lost is lost, even if a late answer says that it
 * had been renewed.
 *
 * <p>The client's own elector asks for the Lease every retry period only. This one watches it: it
 * takes over a moment after a leader has released it, and a leader that is silent for the duration
 * of the Lease is replaced then. Times are this machine's, from when something was seen; clocks of
 * different machines are never compared.
 */
public final class LeaderElection implements Leadership, AutoCloseable {
  /** The Lease, in the operator's own namespace. */
  static final String LEASE = "regcred-operator";

  private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
  private static final Duration CLOSING_TIME = Duration.ofSeconds(3);

  /** An answer is waited for half the renew deadline, but so long at least, as in client-go. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  /** What remains is halved that often at most until the deadline itself is waited for. */
  private static final int LAST_TRIES = 4;

  private final LeaseLock lock;
  private final LeaseSettings settings;
  private final Runnable begun;
  private final Runnable lost;

  /** All that is neither final nor volatile is this thread's alone. */
  private final ScheduledExecutorService thread;

  /** {@link System#nanoTime}, which goes on while a process is suspended. */
  private final LongSupplier nanoTime;

  private final LeaseWatch watch;
  private @Nullable ScheduledFuture<?> next;

  /** The newest version of another's Lease, and when it was seen first. */
  private @Nullable String seenVersion;

  private long seenAt;

  /** The version of the Lease that this process has written last. */
  private @Nullable String heldVersion;

  private final LeadershipTerm term;
  private final LeaseRequests requests = new LeaseRequests();

  /** How loudly the next failure is said: a second one in a row is no news. */
  private Level level = Level.WARN;

  /**
   * An election by the client's Lease, on a thread of its own.
   *
   * @param namespace the Lease's
   * @param instance which operator it is, such as the name of its Pod
   * @param begun called, on a thread of its own, when it has become the leader
   * @param lost called when it is the leader no more, though it has not released the Lease
   */
  public LeaderElection(
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
   * An election whose thread and time are given.
   *
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
    this.term = new LeadershipTerm(nanoTime);
    // Two processes of one machine have the same host name, and so have two lives of one Pod.
    var identity = instance + "_" + UUID.randomUUID();
    this.lock =
        new LeaseLock(client, namespace, LEASE, identity, settings.duration(), Clock.systemUTC());
    this.settings = settings;
    this.begun = begun;
    this.lost = lost;
    this.watch =
        new LeaseWatch(
            lock.lease(), lease -> inTurn(() -> consider(lease)), () -> inTurn(this::checkLease));
  }

  @Override
  public boolean isHeld() {
    return term.isHeld();
  }

  /** Begins to stand by; never waits for the API server. */
  public void start() {
    watch.start();
    thread.execute(this::checkLease);
  }

  /** Carries out a step after those before it; none any more once it is closed. */
  private void inTurn(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException e) {
      // It is closed.
    }
  }

  /** Asks for the Lease, and takes it if it may. */
  private void checkLease() {
    if (!term.isStandingBy()) {
      return;
    }
    attempt(
        () -> {
          var since = nanoTime.getAsLong();
          var lease = answer(() -> lock.lease().get());
          if (lease == null) {
            begin(answer(lock::create), since);
          } else {
            consider(lease);
          }
        });
  }

  private void consider(Lease lease) {
    if (!term.isStandingBy()) {
      return;
    }
    var now = nanoTime.getAsLong();
    var version = lease.getMetadata().getResourceVersion();
    if (!version.equals(seenVersion)) {
      seenVersion = version;
      seenAt = now;
    }
    var left = lock.duration(lease).toNanos() - (now - seenAt);
    // By us: it was taken, and the answer lost.
    if (LeaseLock.isFree(lease) || lock.isHeldByUs(lease) || left <= 0) {
      attempt(() -> begin(answer(() -> lock.take(lease)), now));
    } else {
      schedule(this::checkLease, Duration.ofNanos(left));
    }
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (code(e) != HttpURLConnection.HTTP_CONFLICT) { // Else another one was faster.
        logFailure("The Lease " + lock.namespace() + "/" + LEASE + " is out of reach", e);
      }
      schedule(this::checkLease, settings.retryPeriod());
    }
  }

  private void begin(Lease lease, long since) {
    heldVersion = lease.getMetadata().getResourceVersion();
    term.begin(since + settings.renewDeadline().toNanos());
    level = Level.WARN;
    LOG.info("Leading, as {}", lock.identity());
    schedule(this::renew, settings.retryPeriod());
    Thread.ofVirtual().name("leading").start(begun); // However long it takes, the Lease is renewed.
  }

  private void renew() {
    var since = nanoTime.getAsLong();
    try {
      if (isHeld()) {
        var version = Objects.requireNonNull(heldVersion);
        var lease = answer(() -> lock.renew(version));
        heldVersion = lease.getMetadata().getResourceVersion();
        level = Level.WARN;
        // Others may count from before the write was sent.
        term.renew(since + settings.renewDeadline().toNanos());
      }
    } catch (RuntimeException e) {
      logFailure("The Lease was not renewed", e);
      if (isTaken(e)) {
        term.end();
      }
    }
    if (isHeld()) {
      schedule(this::renew, untilNextRenewal(since));
    } else {
      LOG.error("Another operator leads, or may lead");
      lost.run();
    }
  }

  /**
   * A retry period after the last one began, and before the deadline while an answer could come in
   * time: halfway to it.
   */
  private Duration untilNextRenewal(long since) {
    var now = nanoTime.getAsLong();
    var left = left(now);
    var last = settings.retryPeriod().dividedBy(1 << LAST_TRIES);
    if (left.compareTo(last) < 0) {
      return left;
    }
    var period = settings.retryPeriod().minusNanos(now - since);
    var halfway = left.dividedBy(2);
    return period.compareTo(halfway) > 0 ? halfway : period.isNegative() ? Duration.ZERO : period;
  }

  private Duration left(long now) {
    return term.left(now).orElse(settings.renewDeadline());
  }

  /**
   * Waits for an answer, and leaves time to ask again: one that is swallowed would else be waited
   * for until the lead is over.
   */
  private <T> T answer(Callable<T> request) {
    var half = settings.renewDeadline().dividedBy(2);
    var most = half.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : half;
    var left = left(nanoTime.getAsLong());
    return requests.answer(request, left.compareTo(most) < 0 ? left : most);
  }

  /** Somebody may have written to the Lease without taking it; then its new version is held. */
  private boolean isTaken(RuntimeException e) {
    if (code(e) != HttpURLConnection.HTTP_CONFLICT) {
      return code(e) == HttpURLConnection.HTTP_NOT_FOUND;
    }
    try {
      var lease = answer(() -> lock.lease().get());
      if (lease == null || !lock.isHeldByUs(lease)) {
        return true;
      }
      heldVersion = lease.getMetadata().getResourceVersion();
      return false;
    } catch (RuntimeException unread) {
      return false; // It stays unknown, until the deadline at most.
    }
  }

  /** The code of the answer; zero if the API server has not answered. */
  private static int code(RuntimeException e) {
    return e instanceof KubernetesClientException refused ? refused.getCode() : 0;
  }

  private void logFailure(String what, RuntimeException e) {
    LOG.atLevel(level).log("{}, and is tried again: {}", what, e.getMessage());
    level = Level.DEBUG;
  }

  /** Lets the next one take over at once, if this one leads; returns when that is written. */
  @Override
  public void close() {
    var wasInterrupted = Thread.interrupted(); // Whoever is in a hurry releases it all the same.
    try {
      thread.execute(this::release);
      thread.shutdown();
      requests.cancel(); // Whatever would be answered, the Lease is released next.
      if (!thread.awaitTermination(CLOSING_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (RejectedExecutionException e) {
      // It is closed already.
    } catch (InterruptedException e) {
      thread.shutdownNow();
      wasInterrupted = true;
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    watch.close();
  }

  private void release() {
    schedule(() -> {}, Duration.ZERO); // In the place of the next look or renewal.
    if (!isHeld()) {
      return;
    }
    term.end();
    try {
      giveAway();
      LOG.info("Released the lead");
    } catch (RuntimeException e) {
      LOG.warn("The Lease was not released and runs out: {}", e.getMessage());
    }
  }

  private void giveAway() {
    try {
      lock.release(Objects.requireNonNull(heldVersion));
    } catch (RuntimeException e) {
      if (isTaken(e) || code(e) != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // A renewal whose answer was not waited for had another version.
      lock.release(Objects.requireNonNull(heldVersion));
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
