package dev.regcred.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.lifecycle.TransitionTable.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The steps that the operator walks from each state to each end that can be declared. */
class RouteTest {
  private static final String CREDENTIAL =
      """
      Requested > Active: Create, Activate
      Requested > Inactive: Create, Deactivate
      Requested > Removed: Remove
      Requested > Purged: Remove, Purge
      Registering > Active: Activate
      Registering > Inactive: Deactivate
      Registering > Removed: Remove
      Registering > Purged: Remove, Purge
      Activating > Active: Activate again
      Activating > Inactive: Deactivate
      Activating > Removed: Deactivate, Remove
      Activating > Purged: Deactivate, Remove, Purge
      Active > Active: nothing
      Active > Inactive: Deactivate
      Active > Removed: Deactivate, Remove
      Active > Purged: Deactivate, Remove, Purge
      UpdatingActive > Active: Update again
      UpdatingActive > Inactive: Deactivate
      UpdatingActive > Removed: Remove
      UpdatingActive > Purged: Remove, Purge
      UpdatingInactive > Active: Update again, Activate
      UpdatingInactive > Inactive: Update again
      UpdatingInactive > Removed: Remove
      UpdatingInactive > Purged: Remove, Purge
      Deactivating > Active: Deactivate again, Activate
      Deactivating > Inactive: Deactivate again
      Deactivating > Removed: Deactivate again, Remove
      Deactivating > Purged: Deactivate again, Remove, Purge
      Inactive > Active: Activate
      Inactive > Inactive: nothing
      Inactive > Removed: Remove
      Inactive > Purged: Remove, Purge
      Removing > Active: no way
      Removing > Inactive: no way
      Removing > Removed: Remove again
      Removing > Purged: Remove again, Purge
      Removed > Active: no way
      Removed > Inactive: no way
      Removed > Removed: nothing
      Removed > Purged: Purge
      Purging > Active: no way
      Purging > Inactive: no way
      Purging > Removed: no way
      Purging > Purged: Purge again
      Purged > Active: no way
      Purged > Inactive: no way
      Purged > Removed: no way
      Purged > Purged: nothing
      """;

  /** Where a Registry has another way than a credential. */
  private static final String RESTORED =
      """
      Removing > Active: Remove again, Restore, Activate
      Removing > Inactive: Remove again, Restore
      Removed > Active: Restore, Activate
      Removed > Inactive: Restore
      Restoring > Active: Restore again, Activate
      Restoring > Inactive: Restore again
      Restoring > Removed: Restore again, Remove
      Restoring > Purged: Restore again, Remove, Purge
      """;

  @Test
  void aCredentialTakesTheseWays() {
    var ways = ways(TransitionTable.CREDENTIAL);
    // No credential is ever Restoring.
    assertThat(ways)
        .filteredOn(way -> !way.startsWith("Restoring"))
        .containsExactlyElementsOf(CREDENTIAL.lines().toList());
    assertThat(ways).filteredOn(way -> way.startsWith("Restoring")).allMatch(way -> isNone(way));
  }

  @Test
  void aRegistryTakesTheSameWaysAndComesBackFromRemoved() {
    var more = RESTORED.lines().map(RouteTest::ends).toList();
    assertThat(ways(TransitionTable.REGISTRY))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    CREDENTIAL.lines().filter(way -> !more.contains(ends(way))), RESTORED.lines())
                .toList());
  }

  @Property
  void aRouteIsAChainOfLegalSteps(@ForAll LifecycleState from, @ForAll LifecycleState goal) {
    for (var table : List.of(TransitionTable.CREDENTIAL, TransitionTable.REGISTRY)) {
      var steps = table.route(from, goal).orElse(List.of());
      var at = from;
      for (Step step : steps) {
        assertThat(step.from()).isEqualTo(at);
        assertThat(List.of(step))
            .as("a step of the table, or one that is under way")
            .containsAnyElementsOf(
                Stream.of(table.step(at, step.process()), table.underWay(step.from()))
                    .flatMap(Optional::stream)
                    .toList());
        at = step.to();
      }
      assertThat(at).isEqualTo(table.route(from, goal).isPresent() ? goal : from);
    }
  }

  @Property
  void nothingLeavesPurged(@ForAll LifecycleState goal) {
    for (var table : List.of(TransitionTable.CREDENTIAL, TransitionTable.REGISTRY)) {
      assertThat(table.route(LifecycleState.PURGED, goal).isPresent())
          .isEqualTo(goal == LifecycleState.PURGED);
    }
  }

  @Property
  void onlyTheFirstStepOfARouteIsOneThatIsTakenUpAgain(
      @ForAll LifecycleState from, @ForAll LifecycleState goal) {
    assertThat(
            TransitionTable.REGISTRY.route(from, goal).orElse(List.of()).stream()
                .skip(1)
                .filter(Step::isResumed))
        .isEmpty();
  }

  private static List<String> ways(TransitionTable table) {
    return Arrays.stream(LifecycleState.values())
        .flatMap(
            from ->
                Arrays.stream(DesiredState.values())
                    .map(AvailableActions::goal)
                    .map(
                        goal ->
                            from.value() + " > " + goal.value() + ": " + way(table, from, goal)))
        .toList();
  }

  private static String way(TransitionTable table, LifecycleState from, LifecycleState goal) {
    return table
        .route(from, goal)
        .map(
            steps ->
                steps.isEmpty()
                    ? "nothing"
                    : steps.stream()
                        .map(step -> step.process().value() + (step.isResumed() ? " again" : ""))
                        .collect(Collectors.joining(", ")))
        .orElse("no way");
  }

  private static String ends(String way) {
    return way.substring(0, way.indexOf(':'));
  }

  private static boolean isNone(String way) {
    return way.endsWith(": no way");
  }
}
