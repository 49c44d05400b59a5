package dev.regcred.plan.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.plan.Plan;
import dev.regcred.plan.registry.RegistryFixture;
import java.util.List;
import java.util.function.Supplier;

/**
 * A row of a planner's table.
 *
 * @param situation what a user would tell of it
 * @param given the plan for what was observed then
 * @param expected the plan as it has to be
 * @param said what the message says then, among other things
 */
public record Row(String situation, Supplier<Plan> given, PlanText expected, List<String> said) {
  Row(String situation, Supplier<Plan> given, PlanText expected) {
    this(situation, given, expected, List.of());
  }

  /**
   * Of a credential, which is wired to the Secret {@code pull} unless it is said.
   *
   * @param expected as {@link PlanText#parse} reads it
   */
  static Row row(String situation, CredentialFixture given, String expected) {
    var usual = "pull " + ResourceFixture.SERVER;
    return new Row(situation, given::plan, PlanText.parse(expected, usual));
  }

  /**
   * Of a Registry, which has its address unless it is said.
   *
   * @param expected as {@link PlanText#parse} reads it
   */
  public static Row row(String situation, RegistryFixture given, String expected) {
    var usual = "- " + ResourceFixture.SERVER;
    return new Row(situation, given::plan, PlanText.parse(expected, usual));
  }

  /** The same, with this in the message. */
  Row saying(String... parts) {
    return new Row(situation, given, expected, List.of(parts));
  }

  public void check() {
    var plan = given.get();
    assertThat(PlanText.of(plan)).isEqualTo(expected);
    if (!said.isEmpty()) {
      assertThat(plan.readiness().message()).contains(said);
    }
  }

  @Override
  public String toString() {
    return situation;
  }
}
