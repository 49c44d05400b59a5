package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Reason;
import org.junit.jupiter.api.Test;

class PlanTest {
  @Test
  void aResourceWhoseDependenciesCouldNotBeReadStaysAsItIsAndSaysSo() {
    var plan = Plan.unread(ACTIVE);
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.progress()).isEqualTo(Plan.Progress.none(ACTIVE));
    assertThat(plan.readiness().reason()).isEqualTo(Reason.API_ERROR);
    assertThat(plan.readiness().convergence()).isEqualTo(Readiness.Convergence.RECONCILING);
  }

  @Test
  void anotherTimeToLookAgainChangesNothingElse() {
    var plan = Plan.unread(ACTIVE);
    var sooner = plan.next(new Plan.Next.AtOnce());
    assertThat(sooner.next()).isEqualTo(new Plan.Next.AtOnce());
    assertThat(sooner.next(plan.next())).isEqualTo(plan);
  }
}
