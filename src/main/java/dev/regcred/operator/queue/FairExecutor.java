package dev.regcred.operator.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The executor runs tasks, as the reconciliations of all controllers are, on a number of threads,
 * of which those of one namespace never hold more than a share: however many there are to be done
 * in one, and however long they take, those in another wait for none of them.
 *
 * <p>The resources that are in no namespace have a share of their own. In a namespace the first
 * come is the first served; the queue of the threads never has more than a share of each.
 */
public final class FairExecutor extends AbstractExecutorService {
  /**
   * The key under which the SDK says, while it hands over a reconciliation, in which namespace it
   * is.
   */
  private static final String NAMESPACE = "resource.namespace";

  /** One namespace gets one thread of so many. */
  private static final int NAMESPACES = 4;

  /** What is in no namespace gets one thread of so many. */
  private static final int CLUSTER_WIDE = 2;

  private final ExecutorService threads;
  private final int share;
  private final int clusterWideShare;
  private final Supplier<@Nullable String> namespace;
  private final Map<String, Lane> lanes = new HashMap<>();

  /** What is to be done in a namespace, and how much of it is being done. */
  private static final class Lane {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
  }

  /**
   * An executor that asks the SDK where a task belongs.
   *
   * @param threads how many
   */
  public FairExecutor(int threads) {
    this(threads, () -> MDC.get(NAMESPACE));
  }

  /**
   * An executor that is told where a task belongs.
   *
   * @param namespace tells of a task that is being handed over where it belongs
   */
  FairExecutor(int threads, Supplier<@Nullable String> namespace) {
    this(threads, namespace, Executors.defaultThreadFactory());
  }

  private FairExecutor(int threads, Supplier<@Nullable String> namespace, ThreadFactory factory) {
    this.threads = Executors.newFixedThreadPool(threads, factory);
    this.share = Math.max(1, threads / NAMESPACES);
    this.clusterWideShare = Math.max(1, threads / CLUSTER_WIDE);
    this.namespace = namespace;
  }

  /**
   * An executor of tasks that mostly wait, each of which says where it belongs. Its threads are the
   * system's: a name that is slow to resolve holds the thread under a virtual one, of which there
   * are as few as processors, and with it whatever else runs on virtual threads, such as the
   * renewal of the Lease.
   *
   * @param threads how many of them run at a time
   * @param name what its threads are named by
   */
  public static FairExecutor named(int threads, String name) {
    return new FairExecutor(
        threads, () -> null, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  @Override
  public void execute(Runnable task) {
    execute(namespace.get(), task);
  }

  /** Runs what belongs to a namespace among what else does. */
  public void execute(@Nullable String name, Runnable task) {
    // A space is in the name of no namespace; the SDK says "no namespace".
    var key = name == null || name.contains(" ") ? "" : name;
    synchronized (lanes) {
      if (threads.isShutdown()) {
        throw new RejectedExecutionException("The operator stops");
      }
      var lane = lanes.computeIfAbsent(key, _ -> new Lane());
      if (lane.running < (key.isEmpty() ? clusterWideShare : share)) {
        lane.running++;
        threads.execute(() -> run(key, lane, task));
      } else {
        lane.waiting.add(task);
      }
    }
  }

  private void run(String key, Lane lane, Runnable task) {
    try {
      task.run();
    } finally {
      next(key, lane);
    }
  }

  /** The next task of a namespace comes behind what others have handed over meanwhile. */
  private void next(String key, Lane lane) {
    synchronized (lanes) {
      var task = threads.isShutdown() ? null : lane.waiting.poll();
      if (task != null) {
        threads.execute(() -> run(key, lane, task));
      } else if (--lane.running == 0) {
        lanes.remove(key);
      }
    }
  }

  /** What has not begun is not begun any more: the SDK would skip it, too. */
  @Override
  public void shutdown() {
    synchronized (lanes) {
      threads.shutdown();
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lanes) {
      var left = new ArrayList<>(threads.shutdownNow());
      lanes.values().forEach(lane -> left.addAll(lane.waiting));
      return left;
    }
  }

  @Override
  public boolean isShutdown() {
    return threads.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return threads.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return threads.awaitTermination(timeout, unit);
  }
}
