package dev.regcred.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code status.availableActions} offers in each state, by what is declared already. */
class AvailableActionsTest {
  /**
   * By the state (rows) and what is declared (columns), each process by its initial letters: AC is
   * Activate, DE Deactivate, RM Remove, PU Purge, RS Restore; {@code -}: nothing to declare.
   */
  private static final String CREDENTIAL =
      """
                       Active   Inactive Removed  Purged
      Requested        DE RM PU AC RM PU AC DE PU AC DE RM
      Registering      DE RM PU AC RM PU AC DE PU AC DE RM
      Activating       DE RM PU AC RM PU AC DE PU AC DE RM
      Active           DE RM PU AC RM PU AC DE PU AC DE RM
      UpdatingActive   DE RM PU AC RM PU AC DE PU AC DE RM
      UpdatingInactive DE RM PU AC RM PU AC DE PU AC DE RM
      Deactivating     DE RM PU AC RM PU AC DE PU AC DE RM
      Inactive         DE RM PU AC RM PU AC DE PU AC DE RM
      Removing         RM PU    RM PU    PU       RM
      Removed          RM PU    RM PU    PU       RM
      Purging          -        -        -        -
      Purged           -        -        -        -
      Restoring        -        -        -        -
      """;

  private static final String REGISTRY =
      """
                       Active   Inactive Removed  Purged
      Requested        DE RM PU AC RM PU AC DE PU AC DE RM
      Registering      DE RM PU AC RM PU AC DE PU AC DE RM
      Activating       DE RM PU AC RM PU AC DE PU AC DE RM
      Active           DE RM PU AC RM PU AC DE PU AC DE RM
      UpdatingActive   DE RM PU AC RM PU AC DE PU AC DE RM
      UpdatingInactive DE RM PU AC RM PU AC DE PU AC DE RM
      Deactivating     DE RM PU AC RM PU AC DE PU AC DE RM
      Inactive         DE RM PU AC RM PU AC DE PU AC DE RM
      Removing         RS RM PU RS RM PU RS PU    RS RM
      Removed          RS RM PU RS RM PU RS PU    RS RM
      Purging          -        -        -        -
      Purged           -        -        -        -
      Restoring        DE RM PU AC RM PU AC DE PU AC DE RM
      """;

  @Test
  void aCredentialIsOfferedWhatItMayBeDeclared() {
    assertThat(offers(TransitionTable.CREDENTIAL)).isEqualTo(CREDENTIAL);
  }

  @Test
  void aRegistryIsOfferedToComeBackFromRemoved() {
    assertThat(offers(TransitionTable.REGISTRY)).isEqualTo(REGISTRY);
  }

  private static String offers(TransitionTable table) {
    var lines = new StringBuilder("                 Active   Inactive Removed  Purged\n");
    for (LifecycleState state : LifecycleState.values()) {
      lines.append(
          Arrays.stream(DesiredState.values())
              .map(declared -> "%-8s".formatted(offer(table, state, declared)))
              .collect(Collectors.joining(" ", "%-16s ".formatted(state.value()), ""))
              .stripTrailing());
      lines.append('\n');
    }
    return lines.toString();
  }

  private static String offer(TransitionTable table, LifecycleState state, DesiredState declared) {
    var offered =
        AvailableActions.of(table, state, declared).stream()
            .map(
                process ->
                    switch (process) {
                      case ACTIVATE -> "AC";
                      case DEACTIVATE -> "DE";
                      case REMOVE -> "RM";
                      case PURGE -> "PU";
                      case RESTORE -> "RS";
                      case CREATE, UPDATE -> "nobody can declare " + process;
                    })
            .collect(Collectors.joining(" "));
    return offered.isEmpty() ? "-" : offered;
  }
}
