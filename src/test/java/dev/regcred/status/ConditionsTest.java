package dev.regcred.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.StuckPodsReport;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** {@code status.conditions}, as kstatus, Flux and Argo CD read them. */
class ConditionsTest {
  private static final Instant BEFORE = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-01T12:05:00Z");

  private static final Readiness READY = Readiness.ready(Reason.ACTIVE, "It is there.");
  private static final Readiness RESTING = Readiness.resting(Reason.REGISTRY_INACTIVE, "It rests.");
  private static final Readiness WAITING =
      Readiness.reconciling(Reason.SOURCE_NOT_FOUND, "There is no Secret token.");
  private static final Readiness BLOCKED =
      Readiness.stalled(Reason.SOURCE_INVALID, "It ends with a line break.");

  @Test
  void whatIsReadyHasNoOtherCondition() {
    assertThat(Conditions.of(List.of(), READY, null, 3, NOW))
        .containsExactly(new Condition("Ready", "True", 3L, NOW, "Active", "It is there."));
  }

  @Test
  void whatIsReadySaysOfPodsThatTheyAreStuckWhileTheyAre() {
    var report = new StuckPodsReport(12, List.of("a", "b"), BEFORE, "Delete them.");
    var conditions = Conditions.of(List.of(), READY, report, 3, NOW);
    assertThat(conditions)
        .containsExactly(
            new Condition("Ready", "True", 3L, NOW, "Active", "It is there."),
            new Condition(
                "PodsStuck",
                "True",
                3L,
                NOW,
                "PodsStuck",
                "12 older Pods wait for an image without it: a, b and more. Delete them."));
    var none = new StuckPodsReport(0, List.of(), null, "");
    assertThat(Conditions.of(conditions, READY, none, 3, NOW)).hasSize(1);
  }

  @Test
  void whatRestsHasNoOtherConditionEither() {
    assertThat(Conditions.of(List.of(), RESTING, null, 3, NOW))
        .containsExactly(new Condition("Ready", "False", 3L, NOW, "RegistryInactive", "It rests."));
  }

  @Test
  void whatWaitsIsReconciling() {
    assertThat(Conditions.of(List.of(), WAITING, null, 3, NOW))
        .containsExactly(
            new Condition("Ready", "False", 3L, NOW, "SourceNotFound", "There is no Secret token."),
            new Condition(
                "Reconciling", "True", 3L, NOW, "SourceNotFound", "There is no Secret token."));
  }

  @Test
  void whatAPersonHasToChangeIsStalled() {
    assertThat(Conditions.of(List.of(), BLOCKED, null, 3, NOW))
        .containsExactly(
            new Condition("Ready", "False", 3L, NOW, "SourceInvalid", "It ends with a line break."),
            new Condition(
                "Stalled", "True", 3L, NOW, "SourceInvalid", "It ends with a line break."));
  }

  @Test
  void anotherReasonOrMessageMovesNoTime() {
    var before = Conditions.of(List.of(), WAITING, null, 3, BEFORE);
    var other = Readiness.reconciling(Reason.REGISTRY_NOT_FOUND, "There is no Registry example.");
    assertThat(Conditions.of(before, other, null, 4, NOW))
        .extracting(Condition::reason, Condition::observedGeneration, Condition::lastTransitionTime)
        .containsOnly(tuple("RegistryNotFound", 4L, BEFORE));
  }

  @Test
  void aConditionThatComesBackBeginsAnew() {
    var waiting = Conditions.of(List.of(), WAITING, null, 3, BEFORE.minusSeconds(60));
    var blocked = Conditions.of(waiting, BLOCKED, null, 3, BEFORE);
    assertThat(times(blocked)).containsExactly(BEFORE.minusSeconds(60), BEFORE);
    assertThat(times(Conditions.of(blocked, WAITING, null, 3, NOW)))
        .as("Ready is False all the time, Reconciling is True again")
        .containsExactly(BEFORE.minusSeconds(60), NOW);
  }

  @Property
  void theTimeOfReadyMovesWhenItFlipsAndOnlyThen(
      @ForAll("verdicts") Readiness first, @ForAll("verdicts") Readiness second) {
    var ready =
        Conditions.of(Conditions.of(List.of(), first, null, 3, BEFORE), second, null, 4, NOW)
            .getFirst();
    assertThat(ready.lastTransitionTime())
        .isEqualTo(first.ready() == second.ready() ? BEFORE : NOW);
  }

  @Property
  void theyAreConsistent(
      @ForAll("verdicts") Readiness first, @ForAll("verdicts") Readiness second) {
    var conditions =
        Conditions.of(Conditions.of(List.of(), first, null, 3, BEFORE), second, null, 4, NOW);
    assertThat(conditions).first().extracting(Condition::type).isEqualTo("Ready");
    assertThat(conditions)
        .hasSizeLessThanOrEqualTo(2)
        .allMatch(c -> Objects.equals(c.observedGeneration(), 4L));
    assertThat(conditions.stream().skip(1))
        .allMatch(c -> c.status().equals("True"))
        .allMatch(c -> List.of("Reconciling", "Stalled").contains(c.type()));
    if (conditions.getFirst().status().equals("True")) {
      assertThat(conditions).hasSize(1);
    }
  }

  @Property
  void theSameVerdictAgainChangesNothing(@ForAll("verdicts") Readiness readiness) {
    var before = Conditions.of(List.of(), readiness, null, 3, BEFORE);
    assertThat(Conditions.of(before, readiness, null, 3, NOW)).isEqualTo(before);
  }

  @Provide
  Arbitrary<Readiness> verdicts() {
    return Arbitraries.of(READY, RESTING, WAITING, BLOCKED);
  }

  private static List<Instant> times(List<Condition> conditions) {
    return conditions.stream().map(Condition::lastTransitionTime).toList();
  }
}
