package dev.regcred.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParallelTest {
  private static final List<Integer> MANY = IntStream.range(0, 1_000).boxed().toList();

  /** The common pool may have a single thread. */
  private static final Executor THREAD_EACH = task -> Thread.ofPlatform().start(task);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 5_000})
  void theResultsAreInTheOrderOfTheItems(int width) {
    assertThat(new Parallel(width).map(MANY, item -> item * 2))
        .isEqualTo(MANY.stream().map(item -> item * 2).toList());
    assertThat(new Parallel(width).map(List.of(), item -> item)).isEmpty();
    assertThat(new Parallel(width).map(List.of(7), item -> item)).containsExactly(7);
  }

  /** Each waits until the others of its four have come: with fewer at a time none would end. */
  @Test
  void asManyAreDoneAtATimeAsItIsWide() {
    var four = new CyclicBarrier(4);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    new Parallel(4)
        .map(
            MANY,
            _ -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              meet(four);
              return now.decrementAndGet();
            });
    assertThat(most.get()).isEqualTo(4);
  }

  /** Of four workers one ends with the item that fails, and the others do the rest. */
  @Test
  void aFailureIsThrownOnceTheOthersHaveEnded() {
    var done = new AtomicInteger();
    assertThatThrownBy(
            () ->
                new Parallel(4)
                    .map(
                        MANY,
                        item -> {
                          if (item == 3) {
                            throw new IllegalStateException("third");
                          }
                          return done.incrementAndGet();
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("third");
    assertThat(done.get()).isEqualTo(MANY.size() - 1);
  }

  /** Nothing that it waits for would ever end by itself. */
  @Test
  void oneThatIsInterruptedEndsWithoutResultsAndStaysInterrupted() throws Exception {
    var begun = new CountDownLatch(2);
    var goesOn = new CountDownLatch(1);
    var end = new CompletableFuture<String>();
    var caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    new Parallel(2).map(MANY, _ -> waitFor(begun, goesOn));
                    end.complete("results");
                  } catch (IllegalStateException e) {
                    end.complete(e.getMessage() + ", " + Thread.currentThread().isInterrupted());
                  }
                });
    begun.await();
    caller.interrupt();
    assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("The operator stops, true");
  }

  /** Seventeen large fan-outs send the API server no more at a time than one. */
  @Test
  void severalWhoAskAtTheSameTimeShareTheWidth() throws Exception {
    var parallel = new Parallel(2);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var done = new AtomicInteger();
    Runnable fanOut =
        () ->
            parallel.map(
                MANY,
                _ ->
                    parallel.limited(
                        () -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          LockSupport.parkNanos(1_000); // As a call of the API server.
                          now.decrementAndGet();
                          return done.incrementAndGet();
                        }));
    var callers = Stream.generate(() -> Thread.ofPlatform().start(fanOut)).limit(17).toList();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(done.get()).isEqualTo(17 * MANY.size());
    assertThat(most.get()).as("at a time").isEqualTo(2);
  }

  /** As a fan-out does whose finalizer is slow to come. */
  @Test
  void whoeverWaitsForSomethingOfItsOwnKeepsNoOtherBack() throws Exception {
    var parallel = new Parallel(2);
    var begun = new CountDownLatch(2);
    var goesOn = new CountDownLatch(1);
    var waiting =
        CompletableFuture.supplyAsync(
            () -> parallel.map(MANY, _ -> waitFor(begun, goesOn)), THREAD_EACH);
    begun.await();

    var other =
        CompletableFuture.supplyAsync(
            () -> parallel.map(MANY, item -> parallel.limited(() -> item * 2)), THREAD_EACH);

    assertThat(other.get(30, TimeUnit.SECONDS)).hasSameSizeAs(MANY);
    goesOn.countDown();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).hasSameSizeAs(MANY);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long waitFor(CountDownLatch begun, CountDownLatch goesOn) {
    begun.countDown();
    try {
      goesOn.await();
      return begun.getCount();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
