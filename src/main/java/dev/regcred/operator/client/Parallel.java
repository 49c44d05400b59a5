package dev.regcred.operator.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A runner that does the same for many things, a bounded number of them at a time. The threads are
 * virtual: all that they do is wait for the API server. Of what is {@link #limited} no more is
 * under way at a time however many ask for it; whoever waits for something of its own outside of it
 * keeps no other back.
 */
public final class Parallel {
  private final int width;

  /**
   * Permits are given in the order of asking, so that of several who have much to do none waits for
   * another's end.
   */
  private final Semaphore room;

  /**
   * A limit for each who asks, and for all together.
   *
   * @param width how many at a time, 1 or more
   */
  public Parallel(int width) {
    this.width = width;
    this.room = new Semaphore(width, true);
  }

  /**
   * Does something that all who ask take turns in.
   *
   * @throws IllegalStateException if it is interrupted before its turn
   */
  public <T> T limited(Supplier<T> act) {
    try {
      room.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The operator stops", e);
    }
    try {
      return act.get();
    } finally {
      room.release();
    }
  }

  /**
   * The results, in the order of the items. Should one fail, the first failure is thrown once all
   * have ended.
   */
  public <A, B> List<B> map(List<A> items, Function<A, B> function) {
    if (items.size() < 2 || width < 2) {
      return items.stream().map(function).toList();
    }
    var results = new ArrayList<B>(java.util.Collections.nCopies(items.size(), null));
    var next = new AtomicInteger();
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var workers = new ArrayList<Future<?>>();
      for (int i = 0; i < Math.min(width, items.size()); i++) {
        workers.add(threads.submit(() -> work(items, function, next, results)));
      }
      for (var worker : workers) {
        worker.get();
      }
      return results;
    } catch (InterruptedException e) {
      next.set(items.size()); // What has not begun is not begun any more.
      Thread.currentThread().interrupt(); // By which what has begun is interrupted as well, below.
      throw new IllegalStateException("The operator stops", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } finally {
      threads.close();
    }
  }

  private static <A, B> void work(
      List<A> items, Function<A, B> function, AtomicInteger next, List<B> results) {
    for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
      results.set(i, function.apply(items.get(i)));
    }
  }
}
