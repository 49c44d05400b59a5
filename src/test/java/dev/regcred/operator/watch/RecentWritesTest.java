package dev.regcred.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.operator.kinds.SecretMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
  private static final ResourceID PULL = new ResourceID("pull", "team");

  private final RecentWrites<SecretMetadata> writes = new RecentWrites<>(true);

  @Test
  void knowsWhatWasWrittenUntilTheWatchBringsIt() {
    var written = version("10");
    writes.add(written);
    assertThat(writes.in("team")).containsExactly(written);
    assertThat(writes.in("other")).isEmpty();
    assertThat(writes.all()).containsExactly(written);

    writes.changed(version("9"), version("10"));

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void anEventOfBeforeTheWriteEndsNothing() {
    var written = version("10");
    writes.add(written);

    writes.changed(version("8"), version("9"));

    assertThat(writes.in("team")).containsExactly(written);
  }

  @Test
  void anEventOfAfterTheWriteEndsIt() {
    writes.add(version("9"));

    writes.changed(version("8"), version("10"));

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void aWriteThatTheWatchHasBroughtBeforeItsAnswerIsNotKept() {
    writes.changed(null, version("10"));
    writes.add(version("10"));
    assertThat(writes.all()).isEmpty();

    writes.changed(version("11"), null);
    writes.add(version("9"));
    assertThat(writes.all()).as("deleted before the answer").isEmpty();
  }

  @Test
  void anotherObjectOfTheSameWatchTellsHowFarItIs() {
    writes.changed(null, named("other", "team", "11"));
    writes.add(version("10"));
    assertThat(writes.all()).isEmpty();

    var watchEach = new RecentWrites<SecretMetadata>(false);
    watchEach.changed(null, named("other", "web", "11"));
    watchEach.add(version("10"));
    assertThat(watchEach.all()).as("that of another namespace does not").hasSize(1);
    watchEach.changed(null, named("other", "team", "11"));
    watchEach.add(named("second", "team", "10"));
    assertThat(watchEach.all()).hasSize(1);
  }

  @Test
  void theNewerOfTwoWritesIsAwaited() {
    var newer = version("11");
    writes.add(newer);
    writes.add(version("10"));

    writes.changed(version("9"), version("10"));
    assertThat(writes.all()).containsExactly(newer);

    writes.changed(version("10"), version("11"));
    assertThat(writes.all()).isEmpty();
  }

  @Test
  void whatIsGoneIsNotAwaited() {
    writes.add(version("10"));

    writes.changed(version("9"), null);

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void theNewerOneOfWhatIsKnownAndWhatWasWrittenCounts() {
    var nine = version("9");
    var ten = version("10");
    var eleven = version("11");
    writes.add(ten);
    assertThat(writes.newest(nine)).isSameAs(ten);
    assertThat(writes.newest(eleven)).isSameAs(eleven);
    assertThat(writes.newest(PULL, _ -> Optional.of(nine))).containsSame(ten);
    assertThat(writes.newest(PULL, _ -> Optional.of(eleven))).containsSame(eleven);
    assertThat(writes.newest(PULL, _ -> Optional.empty())).containsSame(ten);
    assertThat(writes.newest(new ResourceID("pull", "web"), _ -> Optional.empty())).isEmpty();
  }

  @Test
  void onlyTheWriteItselfIsItsEcho() {
    writes.add(version("10"));
    assertThat(writes.isEcho(version("10"))).isTrue();
    assertThat(writes.isEcho(version("9"))).as("somebody's, of before").isFalse();
    assertThat(writes.isEcho(version("11"))).isFalse();
    assertThat(writes.isEcho(null)).isFalse();
  }

  /** Each is told from what somebody else writes, also where the watch lags behind by several. */
  @Test
  void ofSeveralWritesEachIsAnEcho() {
    writes.add(version("8"));
    writes.add(version("10"));
    assertThat(writes.isEcho(version("8"))).isTrue();
    writes.changed(version("7"), version("8"));
    assertThat(writes.isEcho(version("9"))).isFalse();
    writes.changed(version("8"), version("9"));
    assertThat(writes.isEcho(version("8"))).isFalse();
    assertThat(writes.isEcho(version("10"))).isTrue();
  }

  /** The answer comes by another connection than the watch, and often later. */
  @Test
  void aWriteThatTheWatchBringsBeforeItsAnswerIsToldToNobody() {
    var told = new ArrayList<String>();
    var nine = version("9");
    var ten = version("10");
    var written =
        writes.write(
            PULL,
            "9",
            () -> {
              writes.changed(nine, ten, () -> told.add("own"));
              writes.changed(null, named("other", "team", "11"), () -> told.add("other"));
              return version("10");
            });
    assertThat(written.getMetadata().getResourceVersion()).isEqualTo("10");
    assertThat(told).containsExactly("other");
    writes.changed(ten, version("12"), () -> told.add("later"));
    assertThat(told).containsExactly("other", "later");
  }

  @Test
  void whatSomebodyElseChangesWhileAWriteIsUnderWayIsToldOnceThatIsAnswered() {
    var told = new ArrayList<String>();
    writes.write(
        PULL,
        "8",
        () -> {
          writes.changed(version("7"), version("8"), () -> told.add("before"));
          writes.changed(version("8"), version("10"), () -> told.add("own"));
          writes.changed(version("10"), version("11"), () -> told.add("after"));
          writes.changed(version("11"), null, () -> told.add("gone"));
          assertThat(told).isEmpty();
          return version("10");
        });
    assertThat(told).containsExactly("before", "after", "gone");
  }

  /** A write whose answer is lost may have been done, and the watch is all that knows of it. */
  @Test
  void whatTheWatchBroughtWhileAWriteFailedIsTold() {
    var told = new ArrayList<String>();
    assertThatThrownBy(
            () ->
                writes.write(
                    PULL,
                    "9",
                    () -> {
                      writes.changed(version("9"), version("10"), () -> told.add("done"));
                      throw new IllegalStateException("cut");
                    }))
        .hasMessage("cut");
    assertThat(told).containsExactly("done");
  }

  /** A policy may undo what a patch says; the version that stays is somebody else's. */
  @Test
  void aWriteThatHasChangedNothingHasNoEcho() {
    var told = new ArrayList<String>();
    writes.write(
        PULL,
        "9",
        () -> {
          writes.changed(version("8"), version("9"), () -> told.add("theirs"));
          return version("9");
        });
    assertThat(told).containsExactly("theirs");
    writes.write(PULL, "12", () -> version("12"));
    writes.changed(version("9"), version("12"), () -> told.add("theirs, later"));
    assertThat(told).containsExactly("theirs", "theirs, later");
  }

  @Test
  void ofTwoWritesAtATimeNoneHidesWhatTheWatchBrings() {
    var told = new ArrayList<String>();
    writes.write(
        PULL,
        "8",
        () -> {
          writes.write(
              PULL,
              "9",
              () -> {
                writes.changed(version("8"), version("9"), () -> told.add("theirs"));
                return version("10");
              });
          assertThat(told).containsExactly("theirs");
          writes.changed(version("9"), version("10"), () -> told.add("own"));
          writes.changed(version("10"), version("11"), () -> told.add("own, too"));
          return version("11");
        });
    assertThat(told).containsExactly("theirs");
  }

  /** Who changes a Secret all the time while a write of it hangs is told of at once. */
  @Test
  void aWriteThatIsNotAnsweredLetsNothingGrow() {
    var told = new ArrayList<Integer>();
    writes.write(
        PULL,
        "9",
        () -> {
          for (int number = 100; number < 200; number++) {
            var tell = number;
            writes.changed(null, version(String.valueOf(number)), () -> told.add(tell));
          }
          assertThat(told).hasSize(92);
          return version("10");
        });
    assertThat(told).hasSize(100);
  }

  @Test
  void aWatchThatIsDeadLetsNothingGrow() {
    for (int number = 100; number < 200; number++) {
      writes.add(version(String.valueOf(number)));
    }
    assertThat(writes.isEcho(version("191"))).isFalse();
    assertThat(writes.isEcho(version("192"))).isTrue();
    assertThat(writes.isEcho(version("199"))).isTrue();
  }

  private static SecretMetadata version(String version) {
    return named("pull", "team", version);
  }

  private static SecretMetadata named(String name, String namespace, String version) {
    var secret = new SecretMetadata();
    secret.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withResourceVersion(version)
            .build());
    return secret;
  }
}
