package dev.regcred.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.events.EventSeries.Occurrence;
import dev.regcred.operator.events.EventSeries.Repetition;
import dev.regcred.status.EventContent;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What repeats itself becomes one Event. */
class EventSeriesTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00.123456789Z");

  private final EventSeries series = new EventSeries("host");

  @Test
  void anEventSaysWhatHappenedToWhatAndWho() {
    var event = told(occurrence("a", "note", START));
    assertThat(event.getMetadata().getNamespace()).isEqualTo("team");
    assertThat(event.getMetadata().getName()).matches("pull\\.[0-9a-f]{16}");
    assertThat(event.getEventTime().getTime()).isEqualTo("2026-03-01T12:00:00.123456Z");
    assertThat(event.getReportingController()).isEqualTo("regcred.dev/operator");
    assertThat(event.getReportingInstance()).isEqualTo("host");
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("SourceInvalid");
    assertThat(event.getAction()).isEqualTo("Reconcile");
    assertThat(event.getNote()).isEqualTo("note");
    assertThat(event.getRegarding()).isEqualTo(reference("a", "pull", "team"));
    assertThat(event.getSeries()).isNull();
  }

  @Test
  void whatIsRepeatedCountsOnTheOneEvent() {
    var name = told(occurrence("a", "note", START)).getMetadata().getName();
    assertThat(series.repeated(START)).isEmpty();
    for (int i = 1; i <= 4; i++) {
      assertThat(series.next(occurrence("a", "note", START.plusSeconds(i)))).isEmpty();
    }
    var repetition = new Repetition("team", name, 5, "2026-03-01T12:00:04.123456Z");
    assertThat(series.repeated(START.plusSeconds(5))).containsExactly(repetition);
    assertThat(series.repeated(START.plusSeconds(6)))
        .as("not written yet")
        .containsExactly(repetition);
    series.written(repetition);
    assertThat(series.repeated(START.plusSeconds(7))).isEmpty();
  }

  @Test
  void anotherObjectOrAnotherNoteIsAnotherEvent() {
    told(occurrence("a", "note", START));
    told(occurrence("b", "note", START));
    told(occurrence("a", "another note", START));
    assertThat(series.repeated(START)).isEmpty();
  }

  @Test
  void whatWasNotRepeatedForLongIsToldAnew() {
    told(occurrence("a", "note", START));
    var late = START.plus(EventSeries.FORGOTTEN_AFTER);
    assertThat(series.next(occurrence("a", "note", late.minusNanos(1)))).isEmpty();
    told(occurrence("a", "note", late.minusNanos(1).plus(EventSeries.FORGOTTEN_AFTER)));
    assertThat(series.repeated(late)).isEmpty();
  }

  @Test
  void aCountThatIsNotWrittenYetIsNotForgotten() {
    told(occurrence("a", "note", START));
    assertThat(series.next(occurrence("a", "note", START))).isEmpty();
    var late = START.plus(EventSeries.FORGOTTEN_AFTER);
    assertThat(series.repeated(late)).hasSize(1);
    assertThat(series.repeated(late)).hasSize(1);
  }

  @Test
  void anEventThatTheServerDoesNotHaveIsToldAnew() {
    series.forget(told(occurrence("a", "note", START)).getMetadata().getName());
    told(occurrence("a", "note", START));
  }

  @Test
  void noMoreAreRememberedThanMemoryIsMeantFor() {
    told(occurrence("first", "note", START));
    told(occurrence("second", "note", START));
    assertThat(series.next(occurrence("first", "note", START))).isEmpty();
    for (int i = 2; i <= EventSeries.REMEMBERED; i++) {
      told(occurrence("uid-" + i, "note", START));
    }
    assertThat(series.next(occurrence("first", "note", START))).as("repeated").isEmpty();
    told(occurrence("second", "note", START));
  }

  @Test
  void twoOfOneMomentHaveTwoNames() {
    var names = new ArrayList<String>();
    for (String uid : List.of("a", "b", "c")) {
      names.add(told(occurrence(uid, "note", START)).getMetadata().getName());
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void whatIsInNoNamespaceIsToldInDefault() {
    var event = told(new Occurrence(reference("a", "pull", null), happening("note"), START));
    assertThat(event.getMetadata().getNamespace()).isEqualTo("default");
  }

  @Test
  void aLongNameLeavesRoomForTheTime() {
    var names =
        Stream.of(START, START.plusNanos(1))
            .map(
                time ->
                    told(new Occurrence(
                            reference(time.toString(), "n".repeat(253), "team"),
                            happening("note"),
                            time))
                        .getMetadata()
                        .getName())
            .toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.length() == 253);
  }

  private Event told(Occurrence occurrence) {
    return series.next(occurrence).orElseThrow();
  }

  private static Occurrence occurrence(String uid, String note, Instant time) {
    return new Occurrence(reference(uid, "pull", "team"), happening(note), time);
  }

  private static EventContent happening(String note) {
    return new EventContent(EventContent.Type.WARNING, "SourceInvalid", "Reconcile", note);
  }

  private static ObjectReference reference(String uid, String name, @Nullable String namespace) {
    return new ObjectReferenceBuilder()
        .withApiVersion("regcred.dev/v1alpha1")
        .withKind("RegistryCredential")
        .withNamespace(namespace)
        .withName(name)
        .withUid(uid)
        .build();
  }
}
