package dev.regcred.operator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
class FairExecutorTest {
  private final FairExecutor executor = new FairExecutor(16);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() throws InterruptedException {
    end.countDown();
    executor.shutdown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** None of theirs ends before the test does. */
  @Test
  void howeverMuchOneNamespaceAndTheClusterWideOnesHaveToDoAnotherGetsAThread() throws Exception {
    var hostile = new AtomicInteger();
    var wide = new AtomicInteger();
    var begun = new CountDownLatch(4 + 8);
    IntStream.range(0, 5_000).forEach(_ -> handOver("hostile", () -> hold(hostile, begun)));
    IntStream.range(0, 5_000).forEach(_ -> handOver("no namespace", () -> hold(wide, begun)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    var done = new CountDownLatch(100);
    IntStream.range(0, 100).forEach(_ -> handOver("victim", done::countDown));
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(hostile.get()).as("a quarter of the threads").isEqualTo(4);
    assertThat(wide.get()).as("half of the threads").isEqualTo(8);
  }

  @Test
  void allIsDoneInTheOrderInWhichItWasHandedOverAlsoAfterOneHasFailed() throws Exception {
    try (var narrow = new FairExecutor(1, () -> "team")) {
      Queue<Integer> order = new ConcurrentLinkedQueue<>();
      var last = new CountDownLatch(1);
      narrow.execute(
          () -> {
            throw new IllegalStateException("A fault that the test is about");
          });
      IntStream.range(0, 100).forEach(i -> narrow.execute(() -> order.add(i)));
      narrow.execute(last::countDown);
      assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(order).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }
  }

  @Test
  void onceItStopsWhatIsBeingDoneEndsAndNothingElseBegins() throws Exception {
    var begun = new CountDownLatch(4);
    var count = new AtomicInteger();
    IntStream.range(0, 100).forEach(_ -> handOver("team", () -> hold(count, begun)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    executor.shutdown();
    end.countDown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(count.get()).isEqualTo(4);
    assertThatThrownBy(() -> handOver("team", () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  /** As looking up a name does; and the Lease is renewed on virtual threads. */
  @Test
  void whatHoldsItsThreadKeepsNoVirtualThreadFromRunning() throws Exception {
    var threads = 2 * Runtime.getRuntime().availableProcessors();
    var holding = new CountDownLatch(threads / 2);
    var isOver = new AtomicBoolean();
    try (var checks = FairExecutor.named(threads, "check-")) {
      try {
        IntStream.range(0, threads)
            .forEach(
                i ->
                    checks.execute(
                        "team-" + i,
                        () -> {
                          holding.countDown();
                          while (!isOver.get()) {
                            Thread.onSpinWait();
                          }
                        }));
        assertThat(holding.await(30, TimeUnit.SECONDS)).isTrue();
        var renewed = new CountDownLatch(1);
        Thread.ofVirtual().start(renewed::countDown);
        assertThat(renewed.await(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        isOver.set(true); // Before the executor is closed, which waits for them.
      }
    }
  }

  private void handOver(String namespace, Runnable task) {
    try (var _ = MDC.putCloseable("resource.namespace", namespace)) {
      executor.execute(task);
    }
  }

  private void hold(AtomicInteger count, CountDownLatch begun) {
    count.incrementAndGet();
    begun.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
