package dev.regcred.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of the operator says whether it hears what happens in the cluster; the log says when
 * that changes.
 *
 * <p>That all watches are alive does not say so. The API server is asked for the version of its
 * store besides, every 10 s. When it does not answer, nothing is heard. When the version is lower
 * than one that was seen, an older copy of the store was restored: a watch from a version that the
 * store has yet to reach is taken by the API server and brings nothing until then, and what has
 * changed up to there it never brings. Then the operator has to end and to start anew, as <a
 * href="https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/">Kubernetes
 * asks for</a> of all that keeps a view of the store.
 *
 * <p>The same when the clock of the machine is set back by more than a minute: whatever waits for a
 * time of that clock, as the SDK's retries do ({@link java.util.Timer}), would wait that much
 * longer. Set forward it ends waits early, which does no harm.
 */
final class ClusterHealth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterHealth.class);

  /** Between two looks. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  /** Between two questions to an API server that answers. */
  static final Duration PROBE_PERIOD = Duration.ofSeconds(10);

  /**
   * How many looks in a row a fault is seen at before it is said: watches are renewed now and then.
   */
  private static final int LASTING = 3;

  /**
   * How long a watch may be dead while the API server answers. One that is refused with 410 is
   * asked for again with the same version for ever; a new operator lists, and waits if it may not.
   */
  private static final Duration DEAD = Duration.ofMinutes(5);

  private final Supplier<List<String>> deadWatches;

  /** What a clock that is kept by NTP may be corrected by. */
  private static final Duration SET_BACK = Duration.ofMinutes(1);

  private final List<StoreVersion> versions;
  private final Runnable ended;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService thread;

  /** What the last question has brought to light; null if all is well. */
  private volatile @Nullable String fault;

  private volatile boolean isStarted;

  /** All that is neither final nor volatile is the thread's alone. */
  private int looksToProbe;

  private boolean isLower;
  private int faulty;
  private int dead;
  private long lastClock;
  private long lastNanos;

  /**
   * The health as seen by the machine's own clock, on a thread of its own.
   *
   * @param deadWatches the names of the watches that are not alive
   * @param versions of the store, asked for regularly
   * @param ended called, once, when this operator is of no use any more and is to be started anew
   */
  ClusterHealth(Supplier<List<String>> deadWatches, List<StoreVersion> versions, Runnable ended) {
    this(
        deadWatches,
        versions,
        ended,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("readiness").factory()),
        InstantSource.system(),
        System::nanoTime);
  }

  /**
   * The health as seen by a clock and a thread that are given.
   *
   * @param thread carries out one look at a time
   * @param clock the time of the machine
   * @param nanoTime the time that only passes, in nanoseconds
   */
  ClusterHealth(
      Supplier<List<String>> deadWatches,
      List<StoreVersion> versions,
      Runnable ended,
      ScheduledExecutorService thread,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.deadWatches = deadWatches;
    this.versions = List.copyOf(versions);
    this.ended = ended;
    this.thread = thread;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** To be called when the caches have synced. */
  void start() {
    isStarted = true;
    clockLoss();
    next();
  }

  /** Why nothing is heard, or not for sure; empty if all is well. */
  Optional<String> problem() {
    if (!isStarted) {
      return Optional.of("a watch is not synced yet");
    }
    var found = Stream.<String>builder();
    var answered = fault;
    if (answered != null) {
      found.add(answered);
    }
    var dead = deadWatches.get();
    if (!dead.isEmpty()) {
      found.add("a watch is dead: " + String.join(", ", dead));
    }
    return found.build().reduce((one, other) -> one + "; " + other);
  }

  private void next() {
    if (!thread.isShutdown()) {
      var _ = thread.schedule(this::check, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void check() {
    try {
      if (isSetBack()) {
        return;
      }
      // While a watch is dead the store may be another one: none counts before it was asked.
      var isDue = looksToProbe-- <= 0 || problem().isPresent();
      if (isDue && !probe()) {
        return;
      }
      if (isHopeless()) {
        return;
      }
      logChange();
    } catch (RuntimeException e) {
      LOG.error("Whether the watches are alive is not known", e);
    }
    next();
  }

  /** The milliseconds that the clock has lost against the time that passes, since last asked. */
  private long clockLoss() {
    var now = clock.millis();
    var nanos = nanoTime.getAsLong();
    var lost = Duration.ofNanos(nanos - lastNanos).toMillis() - (now - lastClock);
    lastClock = now;
    lastNanos = nanos;
    return lost;
  }

  private boolean isSetBack() {
    var lost = Duration.ofMillis(clockLoss());
    if (lost.compareTo(SET_BACK) < 0) {
      return false;
    }
    fault = "the clock was set back by %s s".formatted(lost.toSeconds());
    LOG.error("Ends, to start anew: {}", fault);
    ended.run();
    return true;
  }

  private boolean isHopeless() {
    var names = deadWatches.get();
    dead = names.isEmpty() || fault != null ? 0 : dead + 1;
    if (dead < DEAD.dividedBy(PERIOD)) {
      return false;
    }
    LOG.error(
        "Ends, to start anew: the API server answers, but a watch has been dead for {} s: {}",
        DEAD.toSeconds(),
        String.join(", ", names));
    ended.run();
    return true;
  }

  /**
   * Asks for the versions of the store.
   *
   * @return whether to go on
   */
  private boolean probe() {
    try {
      var setback =
          versions.stream().map(StoreVersion::setback).flatMap(Optional::stream).findFirst();
      if (setback.isEmpty()) {
        isLower = false;
        fault = null;
        looksToProbe = (int) PROBE_PERIOD.dividedBy(PERIOD) - 1;
        return true;
      }
      fault = "the store of the API server %s, and watches bring nothing".formatted(setback.get());
      if (isLower) {
        LOG.error("Ends, to start anew: {}", fault);
        ended.run();
        return false;
      }
      isLower = true; // Asked once more, lest one odd answer ends the operator.
    } catch (KubernetesClientException e) {
      fault = "the API server does not answer: " + e.getMessage();
    }
    return true;
  }

  private void logChange() {
    var problem = problem();
    if (problem.isEmpty()) {
      if (faulty >= LASTING) {
        LOG.info("Ready again");
      }
      faulty = 0;
    } else if (++faulty == LASTING) {
      LOG.warn("Not ready: {}", problem.get());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
