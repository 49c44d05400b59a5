package dev.regcred.operator.events;

import dev.regcred.status.EventContent;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Events that there are, so that what repeats itself becomes one Event with a series, as
 * client-go's recorder does it. For one thread.
 */
final class EventSeries {
  /** What is not repeated for so long (client-go's finishTime) is told anew the next time. */
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(6);

  /** How many Events are remembered; the one that was repeated least recently goes first. */
  static final int REMEMBERED = 1_000;

  private static final String CONTROLLER = "regcred.dev/operator";
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_INSTANCE = 128;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final String instance;
  private final Map<Key, WrittenEvent> events = new LinkedHashMap<>(16, 0.75f, true);
  private long lastNanos;

  /**
   * A series that has no Event yet.
   *
   * @param instance which operator it is, such as the name of its Pod
   */
  EventSeries(String instance) {
    this.instance = instance.substring(0, Math.min(instance.length(), LONGEST_INSTANCE));
  }

  /** What happened, to what, and when. */
  record Occurrence(ObjectReference regarding, EventContent content, Instant time) {}

  /** What makes two occurrences the same. */
  private record Key(String uid, EventContent content) {}

  /** An Event that was written. */
  private static final class WrittenEvent {
    private final String namespace;
    private final String name;
    private Instant last;
    private int count = 1;
    private int written = 1;

    WrittenEvent(String namespace, String name, Instant first) {
      this.namespace = namespace;
      this.name = name;
      this.last = first;
    }
  }

  /**
   * An Event that has been repeated since it was written last.
   *
   * @param count how often it happened in all
   * @param last when it happened last
   */
  record Repetition(String namespace, String name, int count, String last) {}

  /** The Event to write now; empty if one like it was written lately, and only counts on. */
  Optional<Event> next(Occurrence occurrence) {
    var key = new Key(occurrence.regarding().getUid(), occurrence.content());
    var known = events.get(key);
    if (known != null
        && Duration.between(known.last, occurrence.time()).compareTo(FORGOTTEN_AFTER) < 0) {
      known.count++;
      known.last = occurrence.time();
      return Optional.empty();
    }
    var event = event(occurrence);
    events.put(
        key,
        new WrittenEvent(
            event.getMetadata().getNamespace(), event.getMetadata().getName(), occurrence.time()));
    if (events.size() > REMEMBERED) {
      events.remove(events.keySet().iterator().next());
    }
    return Optional.of(event);
  }

  /** What has been repeated; forgets what has not been for long. */
  List<Repetition> repeated(Instant now) {
    var repeated =
        events.values().stream()
            .filter(event -> event.count > event.written)
            .map(
                event ->
                    new Repetition(
                        event.namespace, event.name, event.count, MICROS.format(event.last)))
            .toList();
    events
        .values()
        .removeIf(
            event ->
                event.count == event.written
                    && Duration.between(event.last, now).compareTo(FORGOTTEN_AFTER) >= 0);
    return repeated;
  }

  /** The API server has it. */
  void written(Repetition repetition) {
    events.values().stream()
        .filter(event -> event.name.equals(repetition.name()))
        .forEach(event -> event.written = repetition.count());
  }

  /** The API server does not have this Event, or not any more. */
  void forget(String name) {
    events.values().removeIf(event -> event.name.equals(name));
  }

  private Event event(Occurrence occurrence) {
    var regarding = occurrence.regarding();
    var content = occurrence.content();
    return new EventBuilder()
        .withNewMetadata()
        // The API server wants those of what is in no namespace here.
        .withNamespace(regarding.getNamespace() == null ? "default" : regarding.getNamespace())
        .withName(name(regarding.getName(), occurrence.time()))
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(occurrence.time())))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withAction(content.action())
        .withReason(content.reason())
        .withRegarding(regarding)
        .withNote(content.note())
        .withType(content.type().value())
        .build();
  }

  /**
   * The name of an Event, as client-go makes it. A name that the API server generates would make
   * two Events of one that is sent again because its answer was lost.
   */
  private String name(String regarding, Instant time) {
    lastNanos = Math.max(lastNanos + 1, time.getEpochSecond() * 1_000_000_000L + time.getNano());
    var suffix = "." + Long.toHexString(lastNanos);
    return regarding.substring(0, Math.min(regarding.length(), LONGEST_NAME - suffix.length()))
        + suffix;
  }
}
