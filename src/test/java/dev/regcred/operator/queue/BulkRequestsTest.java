package dev.regcred.operator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.RegistryCredential;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BulkRequestsTest {
  private final Queue<ReconcileRequest> enqueued = new ConcurrentLinkedQueue<>();

  @Test
  void aFewAreTriggeredAtOnceAndACrowdAmongTheReconciliationsOfItsNamespace() {
    var asked = new AtomicInteger();
    var begun = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    try (var executor = new FairExecutor(4, () -> "team")) {
      var bulk = new BulkRequests(executor, enqueued::add);
      bulk.enqueueAll("team", "secret/few", () -> requests(64));
      assertThat(enqueued).hasSize(64);
      enqueued.clear();
      executor.execute(
          () -> {
            begun.countDown();
            await(goesOn);
          });
      await(begun);
      for (int change = 0; change < 1_000; change++) {
        bulk.enqueueAll(
            "team",
            "secret/many",
            () -> {
              asked.incrementAndGet();
              return requests(65);
            });
      }
      assertThat(asked.get()).as("of a thousand changes").isEqualTo(1);
      assertThat(enqueued).isEmpty();
      bulk.enqueueAll("other", "secret/many", () -> requests(3));
      assertThat(enqueued).hasSize(3);
      goesOn.countDown();
      awaitEnd(executor);
    }
    assertThat(enqueued).hasSize(3 + 65);
  }

  /** One that comes while many are being enqueued may be news to those that were. */
  @Test
  void aChangeThatComesLaterTriggersThemAnew() {
    try (var executor = new FairExecutor(4, () -> "team")) {
      var bulk = new BulkRequests(executor, enqueued::add);
      bulk.enqueueAll("team", "secret/many", () -> requests(65));
      awaitEnd(executor);
      bulk.enqueueAll("team", "secret/many", () -> requests(65));
      awaitEnd(executor);
    }
    assertThat(enqueued).hasSize(130);
  }

  /** At a start all credentials of a namespace have their turn before those of its registry do. */
  @Test
  void whoHasHadItsTurnSinceTheChangeIsNotTriggeredByIt() {
    whileTheNamespaceIsBusy(
        bulk -> {
          bulk.enqueueAll("team", "registry/main", () -> requests(65));
          requests(64).forEach(bulk::passBegins);
        });
    assertThat(enqueued)
        .containsExactly(
            new ReconcileRequest(RegistryCredential.class, new ResourceID("c64", "team")));
  }

  @Test
  void whoHasHadItsTurnBeforeTheLastChangeIsTriggeredByIt() {
    whileTheNamespaceIsBusy(
        bulk -> {
          requests(65).forEach(bulk::passBegins);
          bulk.enqueueAll("team", "registry/main", () -> requests(65));
          requests(65).forEach(bulk::passBegins);
          bulk.enqueueAll("team", "registry/main", () -> requests(65));
        });
    assertThat(enqueued).hasSize(65);
  }

  private void whileTheNamespaceIsBusy(Consumer<BulkRequests> changes) {
    var goesOn = new CountDownLatch(1);
    try (var executor = new FairExecutor(4, () -> "team")) {
      executor.execute(() -> await(goesOn));
      changes.accept(new BulkRequests(executor, enqueued::add));
      goesOn.countDown();
      awaitEnd(executor);
    }
  }

  private static Set<ReconcileRequest> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new ReconcileRequest(RegistryCredential.class, new ResourceID("c" + i, "team")))
        .collect(Collectors.toSet());
  }

  /** All that was handed over before is done. */
  private static void awaitEnd(FairExecutor executor) {
    var isDone = new CountDownLatch(1);
    executor.execute(isDone::countDown);
    await(isDone);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
