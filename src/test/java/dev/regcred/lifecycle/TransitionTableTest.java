package dev.regcred.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.lifecycle.TransitionTable.Step;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every cell of both tables, written down a second time so that none changes by accident. */
class TransitionTableTest {
  /** The state while a process is under way, by the state that it begins in; {@code -}: illegal. */
  private static final String CREDENTIAL =
      """
                       Create      Activate   Deactivate   Update           Remove   Purge   Restore
      Requested        Registering -          -            -                Removing -       -
      Registering      -           Activating Deactivating -                Removing -       -
      Activating       -           -          Deactivating -                -        -       -
      Active           -           -          Deactivating UpdatingActive   -        -       -
      UpdatingActive   -           -          Deactivating -                Removing -       -
      UpdatingInactive -           -          Deactivating -                Removing -       -
      Deactivating     -           -          -            -                -        -       -
      Inactive         -           Activating -            UpdatingInactive Removing -       -
      Removing         -           -          -            -                -        -       -
      Removed          -           -          -            -                -        Purging -
      Purging          -           -          -            -                -        -       -
      Purged           -           -          -            -                -        -       -
      Restoring        -           -          -            -                -        -       -
      """;

  private static final String REGISTRY =
      CREDENTIAL.replaceFirst("(?m)^(Removed .*)-$", "$1Restoring");

  /** Where each of them ends; only Create ends in the state that it goes through. */
  private static final Map<LifecycleState, LifecycleState> ENDS =
      Map.of(
          LifecycleState.REGISTERING, LifecycleState.REGISTERING,
          LifecycleState.ACTIVATING, LifecycleState.ACTIVE,
          LifecycleState.UPDATING_ACTIVE, LifecycleState.ACTIVE,
          LifecycleState.UPDATING_INACTIVE, LifecycleState.INACTIVE,
          LifecycleState.DEACTIVATING, LifecycleState.INACTIVE,
          LifecycleState.REMOVING, LifecycleState.REMOVED,
          LifecycleState.PURGING, LifecycleState.PURGED,
          LifecycleState.RESTORING, LifecycleState.INACTIVE);

  @Test
  void aCredentialMakesTheseStepsAndNoOthers() {
    assertThat(matrix(TransitionTable.CREDENTIAL)).isEqualTo(CREDENTIAL);
  }

  @Test
  void aRegistryMakesTheseStepsAndNoOthersAndCanBeRestored() {
    assertThat(REGISTRY).isNotEqualTo(CREDENTIAL);
    assertThat(matrix(TransitionTable.REGISTRY)).isEqualTo(REGISTRY);
  }

  @Test
  void aStepEndsWhereItsTransitionalStateSays() {
    for (LifecycleState state : LifecycleState.values()) {
      for (LifecycleProcess process : LifecycleProcess.values()) {
        TransitionTable.REGISTRY
            .step(state, process)
            .ifPresent(
                step -> {
                  assertThat(step.to()).as("%s", step).isEqualTo(ENDS.get(step.through()));
                  assertThat(step.process()).isEqualTo(process);
                  assertThat(step.from()).isEqualTo(state);
                  assertThat(step.isResumed()).as("%s", step).isFalse();
                });
      }
    }
  }

  @Test
  void whatIsUnderWayIsTakenUpAgainToTheSameEnd() {
    var restingOrBegun = new HashSet<>(Arrays.asList(LifecycleState.values()));
    for (LifecycleState state : LifecycleState.values()) {
      var underWay = TransitionTable.REGISTRY.underWay(state);
      underWay.ifPresent(
          step -> {
            restingOrBegun.remove(state);
            assertThat(step.to()).as("%s", step).isEqualTo(ENDS.get(state));
            assertThat(step.from()).isEqualTo(state);
            assertThat(step.isResumed()).as("%s", step).isTrue();
          });
    }
    assertThat(restingOrBegun)
        .containsExactlyInAnyOrder(
            LifecycleState.REQUESTED,
            LifecycleState.REGISTERING,
            LifecycleState.ACTIVE,
            LifecycleState.INACTIVE,
            LifecycleState.REMOVED,
            LifecycleState.PURGED);
  }

  @Test
  void whatEndsInTheStateThatItGoesThroughIsNeverTakenUpAgain() {
    assertThat(TransitionTable.REGISTRY.rows())
        .filteredOn(row -> row.through() == row.to())
        .isNotEmpty()
        .extracting(row -> new Step(row.process(), row.through(), row.through(), row.to()))
        .noneMatch(Step::isResumed);
  }

  @Test
  void onlyWhatTakesSomethingAwayIsRecordedAhead() {
    assertThat(
            TransitionTable.REGISTRY.rows().stream()
                .map(row -> new Step(row.process(), row.through(), row.through(), row.to()))
                .filter(Step::isDestructive)
                .map(Step::process)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            LifecycleProcess.DEACTIVATE, LifecycleProcess.REMOVE, LifecycleProcess.PURGE);
  }

  private static String matrix(TransitionTable table) {
    var lines = new StringBuilder(line("", LifecycleProcess::value));
    for (LifecycleState state : LifecycleState.values()) {
      lines.append(
          line(
              state.value(),
              process ->
                  table.step(state, process).map(step -> step.through().value()).orElse("-")));
    }
    return lines.toString();
  }

  private static String line(String first, Function<LifecycleProcess, String> cell) {
    return "%-16s %-11s %-10s %-12s %-16s %-8s %-7s %s\n"
        .formatted(
            first,
            cell.apply(LifecycleProcess.CREATE),
            cell.apply(LifecycleProcess.ACTIVATE),
            cell.apply(LifecycleProcess.DEACTIVATE),
            cell.apply(LifecycleProcess.UPDATE),
            cell.apply(LifecycleProcess.REMOVE),
            cell.apply(LifecycleProcess.PURGE),
            cell.apply(LifecycleProcess.RESTORE));
  }
}
