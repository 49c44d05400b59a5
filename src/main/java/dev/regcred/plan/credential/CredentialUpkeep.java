package dev.regcred.plan.credential;

import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import java.util.Optional;

/**
 * The stay of a credential as it is, and of its last good entry.
 *
 * @param readiness why it stays
 */
record CredentialUpkeep(PlannedCredential credential, Readiness readiness, NamespacePlanner planner)
    implements FanOutStrategy {
  CredentialUpkeep(PlannedCredential credential, Readiness readiness) {
    this(credential, readiness, new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return planner.inSelected(namespace, planner::keep);
  }

  /** It takes nothing away that counts as a step. */
  @Override
  public Optional<Plan> recordedFirst() {
    return Optional.empty();
  }

  @Override
  public boolean dependsOnAll() {
    return false;
  }

  @Override
  public Plan conclude(FanOut fanOut) {
    var summary = Summary.of(credential, fanOut);
    var said = summary.kept(readiness);
    return new Plan(
        CredentialSteps.withFinalizer(credential, fanOut, summary.actions()),
        CredentialSteps.waiting(credential.lastStatus().state(), said),
        said,
        credential.lastPublished(),
        fanOut.next(Requeue.never()),
        summary.counts(),
        fanOut.contended());
  }
}
