package dev.regcred.status;

import static dev.regcred.api.v1alpha1.LifecycleProcess.ACTIVATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.CREATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.DEACTIVATE;
import static dev.regcred.api.v1alpha1.LifecycleProcess.REMOVE;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Transition;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Plan;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code status.lastTransition} and {@code status.history}. */
class TransitionLogTest {
  private static final Instant FIRST_PASS = Instant.parse("2026-03-01T12:01:00Z");
  private static final Instant SECOND_PASS = Instant.parse("2026-03-01T12:02:00Z");
  private static final Instant THIRD_PASS = Instant.parse("2026-03-01T12:03:00Z");

  @Test
  void everyStepOfAPassStandsInTheHistoryNewestFirst() {
    var status = new Passes().to(ACTIVE).status();
    assertThat(status.history())
        .containsExactly(
            new Transition(ACTIVATE, REGISTERING, ACTIVE, FIRST_PASS),
            new Transition(CREATE, REQUESTED, REGISTERING, FIRST_PASS));
    assertThat(status.lastTransition())
        .isEqualTo(new Transition(ACTIVATE, REGISTERING, ACTIVE, FIRST_PASS));
  }

  @Test
  void aStepThatIsOnlyBegunStandsInNoHistoryYet() {
    var status = new Passes().to(ACTIVE).into(INACTIVE).status();
    assertThat(status.lastTransition())
        .isEqualTo(new Transition(DEACTIVATE, ACTIVE, DEACTIVATING, SECOND_PASS));
    assertThat(processes(status.history())).containsExactly(ACTIVATE, CREATE);
  }

  @Test
  void aStepThatIsTakenUpAgainSaysWhereItOnceBegan() {
    var status = new Passes().to(ACTIVE).into(INACTIVE).to(INACTIVE).status();
    assertThat(status.lastTransition())
        .isEqualTo(new Transition(DEACTIVATE, ACTIVE, INACTIVE, THIRD_PASS));
    assertThat(status.history()).first().isEqualTo(status.lastTransition());
    assertThat(processes(status.history())).containsExactly(DEACTIVATE, ACTIVATE, CREATE);
  }

  /** What the status says is not to be relied on: anybody who may edit it can have lost it. */
  @Test
  void aStepWhoseBeginningIsNotRecordedBeganWhereItIsTakenUp() {
    var resumed = TransitionTable.CREDENTIAL.underWay(DEACTIVATING).orElseThrow();
    var progress = Plan.Progress.through(DEACTIVATING, List.of(resumed));
    for (var last :
        Arrays.asList(
            null,
            new Transition(DEACTIVATE, null, DEACTIVATING, FIRST_PASS),
            new Transition(ACTIVATE, INACTIVE, ACTIVE, FIRST_PASS))) {
      assertThat(TransitionLog.of(last, null, progress, SECOND_PASS).last())
          .isEqualTo(new Transition(DEACTIVATE, DEACTIVATING, INACTIVE, SECOND_PASS));
    }
  }

  @Test
  void aStepThatGoesOnWaitingKeepsTheTimeOfItsBeginning() {
    var passes = new Passes().to(ACTIVE).into(INACTIVE);
    var begun = passes.status().lastTransition();
    assertThat(passes.into(INACTIVE).status().lastTransition()).isEqualTo(begun);
    assertThat(passes.stays().status().lastTransition()).isEqualTo(begun);
  }

  @Test
  void aStepBeforeTheRecordedOneIsFinishedWithIt() {
    var status = new Passes().to(ACTIVE).into(REMOVED).status();
    assertThat(status.state()).isEqualTo(REMOVING);
    assertThat(status.lastTransition())
        .isEqualTo(new Transition(REMOVE, INACTIVE, REMOVING, SECOND_PASS));
    assertThat(processes(status.history())).containsExactly(DEACTIVATE, ACTIVATE, CREATE);
  }

  @Test
  void onlyTheFiveNewestAreKept() {
    var passes = new Passes().to(ACTIVE).to(INACTIVE).to(ACTIVE).to(INACTIVE).to(ACTIVE);
    assertThat(processes(passes.status().history()))
        .containsExactly(ACTIVATE, DEACTIVATE, ACTIVATE, DEACTIVATE, ACTIVATE);
  }

  @Test
  void nothingIsKeptOfWhatNeverHappened() {
    var status = new Passes().stays().status();
    assertThat(status.history()).isNull();
    assertThat(status.lastTransition()).isNull();
  }

  /** Whatever happens, and in whatever order. */
  @Property
  void theNewestStepLeadsToTheState(@ForAll("ways") List<Walk> ways) {
    var passes = new Passes();
    for (Walk walk : ways) {
      var before = passes.status();
      walk.go(passes);
      var status = passes.status();
      var last = status.lastTransition();
      assertThat(last == null ? REQUESTED : last.to()).isEqualTo(status.state());
      var history = status.history() == null ? List.<Transition>of() : status.history();
      assertThat(history).hasSizeLessThanOrEqualTo(5);
      assertThat(history.stream().map(Transition::time))
          .isSortedAccordingTo(Comparator.reverseOrder());
      if (walk.fails) {
        assertThat(status.history()).isEqualTo(before.history());
        assertThat(status.lastTransition()).isEqualTo(before.lastTransition());
      }
    }
  }

  /** One pass, in a direction. */
  record Walk(LifecycleState end, boolean onlyRecords, boolean fails) {
    void go(Passes passes) {
      var route = TransitionTable.CREDENTIAL.route(passes.state(), end);
      if (route.isEmpty() || route.get().isEmpty()) {
        passes.stays();
      } else if (fails) {
        passes.failsTo(end, Failure.Kind.API);
      } else if (onlyRecords) {
        passes.into(end);
      } else {
        passes.to(end);
      }
    }
  }

  @Provide
  Arbitrary<List<Walk>> ways() {
    return Combinators.combine(
            Arbitraries.of(ACTIVE, INACTIVE, ACTIVE, INACTIVE, REMOVED, LifecycleState.PURGED),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false, false))
        .as(Walk::new)
        .list()
        .ofMaxSize(12);
  }

  private static List<LifecycleProcess> processes(@Nullable List<Transition> history) {
    return history == null
        ? List.of()
        : history.stream().flatMap(transition -> Stream.ofNullable(transition.process())).toList();
  }
}
