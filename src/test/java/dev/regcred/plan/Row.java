package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;

/**
 * A row of a planner's table.
 *
 * @param situation what a user would tell of it
 * @param given the plan for what was observed then
 * @param expected the plan as it has to be
 */
record Row(String situation, Supplier<Plan> given, PlanText expected) {
  void check() {
    assertThat(PlanText.of(given.get())).isEqualTo(expected);
  }

  @Override
  public String toString() {
    return situation;
  }
}
