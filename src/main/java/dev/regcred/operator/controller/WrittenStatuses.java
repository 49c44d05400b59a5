package dev.regcred.operator.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A memory of written statuses tells the echo of a status that the operator itself writes from a
 * status that somebody else has written. A watch may bring the echo before the write is answered,
 * so that it is known by its content and not by its version.
 *
 * @param <T> the status
 */
final class WrittenStatuses<T> {
  /** The most statuses of one resource that are awaited: a watch that is dead brings none. */
  private static final int AWAITED = 8;

  private final Map<ResourceID, Deque<T>> awaited = new ConcurrentHashMap<>();

  /** Awaits the echo of a status; to be called before it is sent. */
  void sent(ResourceID id, T status) {
    awaited.compute(
        id,
        (_, known) -> {
          var statuses = known == null ? new ArrayDeque<T>() : known;
          statuses.addLast(status);
          if (statuses.size() > AWAITED) {
            statuses.removeFirst();
          }
          return statuses;
        });
  }

  /** Awaits a status no more that was not written, or of which nobody knows. */
  void refused(ResourceID id, T status) {
    awaited.computeIfPresent(
        id,
        (_, statuses) -> {
          statuses.removeLastOccurrence(status);
          return statuses.isEmpty() ? null : statuses;
        });
  }

  /** Whether a status that a watch brings was sent from here; it is awaited no more then. */
  boolean isEcho(ResourceID id, @Nullable T status) {
    var isEcho = new boolean[1];
    awaited.computeIfPresent(
        id,
        (_, statuses) -> {
          isEcho[0] = status != null && statuses.contains(status);
          while (isEcho[0] && !statuses.removeFirst().equals(status)) {
            // An older one that the watch has passed over.
          }
          return statuses.isEmpty() ? null : statuses;
        });
    return isEcho[0];
  }

  /** Forgets a resource that is gone. */
  void forget(ResourceID id) {
    awaited.remove(id);
  }
}
