package dev.regcred.operator.events;

import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.events.EventSeries.Occurrence;
import dev.regcred.operator.events.EventSeries.Repetition;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.plan.Failure;
import dev.regcred.status.EventContent;
import dev.regcred.status.NotableEvents;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A recorder that writes Events (events.k8s.io/v1), on a thread of its own so that no pass waits
 * for one. They are told as well as may be: where more happen than can be written, or the API
 * server takes none, they are dropped and counted.
 */
public final class EventRecorder implements AutoCloseable {
  /** How often the count of what repeats itself is written, at most. */
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(30);

  private static final Duration CLOSING_TIME = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int CAPACITY = 1_000;

  /** Of these, how many of one namespace may wait, so that there is room for those of others. */
  private static final int NAMESPACE_CAPACITY = CAPACITY / 2;

  private static final int ATTEMPTS = 3;
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final Semaphore room = new Semaphore(CAPACITY);
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final KubernetesClient client;
  private final Clock clock;
  private final EventSeries series;
  private final Runnable dropped;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("events").factory());

  /** How loudly the next failure is said: a second one in a row is no news. */
  private Level level = Level.WARN;

  /**
   * Starts a recorder that writes counts every half minute.
   *
   * @param instance which operator it is, such as the name of its Pod
   * @param dropped called for each occurrence that is not told
   */
  public EventRecorder(KubernetesClient client, Clock clock, String instance, Runnable dropped) {
    this(client, clock, instance, dropped, FLUSH_INTERVAL);
  }

  /**
   * Starts a recorder that writes counts at an interval.
   *
   * @param interval how often the count of what repeats itself is written, at most
   */
  EventRecorder(
      KubernetesClient client, Clock clock, String instance, Runnable dropped, Duration interval) {
    this.client = client;
    this.clock = clock;
    this.series = new EventSeries(instance);
    this.dropped = dropped;
    var _ =
        writer.scheduleWithFixedDelay(
            () -> attempt(this::flush),
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Takes note of what happened to a resource; never waits and never fails. */
  public void recordEvents(LifecycleResource<?, ?> resource, List<EventContent> events) {
    for (EventContent content : events) {
      var occurrence = new Occurrence(reference(resource), content, clock.instant());
      if (!isQueued(occurrence)) {
        dropped.run();
      }
    }
  }

  /** Takes note that a Secret of other people was taken over for a credential. */
  public void recordAdoption(LifecycleResource<?, ?> credential, String secret) {
    recordEvents(credential, List.of(NotableEvents.adoption(secret)));
  }

  private boolean isQueued(Occurrence occurrence) {
    var namespace = Objects.requireNonNullElse(occurrence.regarding().getNamespace(), "");
    if (waiting.merge(namespace, 1, Integer::sum) > NAMESPACE_CAPACITY || !room.tryAcquire()) {
      leave(namespace);
      return false;
    }
    try {
      writer.execute(
          () -> {
            leave(namespace);
            room.release();
            attempt(() -> write(occurrence));
          });
      return true;
    } catch (RejectedExecutionException e) {
      return false; // It is closed.
    }
  }

  private void leave(String namespace) {
    waiting.computeIfPresent(namespace, (_, count) -> count == 1 ? null : count - 1);
  }

  private static ObjectReference reference(LifecycleResource<?, ?> resource) {
    var metadata = resource.getMetadata();
    return new ObjectReferenceBuilder()
        .withApiVersion(resource.getApiVersion())
        .withKind(resource.getKind())
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion())
        .build();
  }

  /** A task that throws is not run again, by the contract of the scheduler. */
  private void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("Events could not be written", e);
    }
  }

  private void write(Occurrence occurrence) {
    var event = series.next(occurrence);
    if (event.isPresent() && !isCreated(event.get())) {
      series.forget(event.get().getMetadata().getName());
      dropped.run();
    }
  }

  private void flush() {
    for (Repetition repetition : series.repeated(clock.instant())) {
      if (isPatched(repetition)) {
        series.written(repetition);
      }
    }
  }

  private boolean isCreated(Event event) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        client.resource(event).create();
        return true;
      } catch (KubernetesClientException e) {
        if (attempt > 1 && e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
          return true; // It was written, and only the answer was lost.
        }
        var failure = failed(e);
        if (failure.kind().retryClass() != Failure.RetryClass.RETRIED || !isTimeLeft(failure)) {
          return false;
        }
      }
    }
    return false;
  }

  /** Waits before the next attempt; there is none once it is to stop. */
  private boolean isTimeLeft(Failure failure) {
    var asked = failure.retryAfter();
    var pause = asked == null || asked.compareTo(PAUSE) < 0 ? PAUSE : asked;
    try {
      return !closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** One that fails is not lost: its count is written the next time. */
  private boolean isPatched(Repetition repetition) {
    try {
      client
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withNamespace(repetition.namespace())
                  .withName(repetition.name())
                  .endMetadata()
                  .build())
          .patch(MERGE, json(repetition));
      return true;
    } catch (KubernetesClientException e) {
      if (failed(e).kind() != Failure.Kind.API) {
        series.forget(repetition.name()); // Its time was over, or it is not to be.
      }
      return false;
    }
  }

  private String json(Repetition repetition) {
    return client
        .getKubernetesSerialization()
        .asJson(
            Map.of(
                "series",
                Map.of("count", repetition.count(), "lastObservedTime", repetition.last())));
  }

  /** Logged as a warning once, for an administrator who left out the permission. */
  private Failure failed(KubernetesClientException exception) {
    var failure = FailureClassifier.classify(exception, "write an Event");
    var isExpected = failure.kind().retryClass() == Failure.RetryClass.TERMINAL;
    LOG.atLevel(isExpected ? Level.DEBUG : level)
        .log("An Event was not written: {} ({})", failure.kind(), exception.getCode());
    if (!isExpected) {
      level = Level.DEBUG;
    }
    return failure;
  }

  /** Writes what is still to be told, for some seconds at most. */
  @Override
  public void close() {
    closing.countDown();
    try {
      writer.execute(() -> attempt(this::flush));
      writer.shutdown();
      if (!writer.awaitTermination(CLOSING_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.shutdownNow();
        for (int left = CAPACITY - room.availablePermits(); left > 0; left--) {
          dropped.run(); // What is left in the queue besides is no occurrence.
        }
      }
    } catch (RejectedExecutionException e) {
      // It is closed already.
    } catch (InterruptedException e) {
      writer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
