package dev.regcred.operator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A time that passes by hand, and executors that do what is due by then, on the caller's thread.
 */
public final class HandSetTimer {
  private static final int MOST_STEPS = 1_000;

  private final List<Task> tasks = new ArrayList<>();
  private long now = -5; // As System.nanoTime it may be anything, and pass zero.

  public long nanoTime() {
    return now;
  }

  /** Does what is due, when it is due, until so much time has passed. */
  public void pass(Duration duration) {
    var end = now + duration.toNanos();
    for (int steps = 0; steps < MOST_STEPS; steps++) {
      var due =
          tasks.stream()
              .filter(task -> task.at <= end)
              .min(Comparator.comparingLong(task -> task.at));
      if (due.isEmpty()) {
        now = Math.max(now, end);
        return;
      }
      tasks.remove(due.get());
      now = Math.max(now, due.get().at);
      due.get().run();
    }
    throw new IllegalStateException("Each step leads to another at once");
  }

  /** Lets time pass in which nothing is done. */
  public void suspend(Duration duration) {
    now += duration.toNanos();
  }

  public ScheduledExecutorService thread() {
    return new Steps();
  }

  private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long at;

    Task(Runnable runnable, long at) {
      super(runnable, null);
      this.at = at;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      tasks.remove(this);
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  private final class Steps extends AbstractExecutorService implements ScheduledExecutorService {
    private boolean isShutdown;

    @Override
    public void execute(Runnable step) {
      var _ = schedule(step, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable step, long delay, TimeUnit unit) {
      if (isShutdown) {
        throw new RejectedExecutionException();
      }
      var task = new Task(step, now + unit.toNanos(delay));
      tasks.add(task);
      return task;
    }

    @Override
    public void shutdown() {
      isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isShutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isShutdown;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      pass(Duration.ZERO);
      return true;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> step, long delay, TimeUnit unit) {
      throw notUsed();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable step, long delay, long period, TimeUnit unit) {
      throw notUsed();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable step, long delay, long period, TimeUnit unit) {
      throw notUsed();
    }

    /** Whoever begins to use it has to say here what it does to the time. */
    private static UnsupportedOperationException notUsed() {
      return new UnsupportedOperationException(
          "Who is tested by this timer schedules single steps without a result, and nothing else");
    }
  }
}
