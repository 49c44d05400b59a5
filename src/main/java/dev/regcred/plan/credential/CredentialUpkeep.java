package dev.regcred.plan.credential;

import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.EntryRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stay of a credential as it is, and of its last good entry.
 *
 * <pre>
 *   pull Secret holds   the source gives   with Withhold, where the registry refuses B
 *   A                   B                  A stays: B was never written
 *   B                   B                  B is taken out; what is wired stays so
 *   nothing             B                  nothing is written
 * </pre>
 *
 * @param readiness why it stays
 * @param refused an entry that does not stay, where it is there; null for none
 */
record CredentialUpkeep(
    PlannedCredential credential,
    Readiness readiness,
    EntryRequest.@Nullable Put refused,
    NamespacePlanner planner)
    implements FanOutStrategy {
  CredentialUpkeep(PlannedCredential credential, Readiness readiness) {
    this(credential, readiness, null, new NamespacePlanner(credential));
  }

  /** The stay of all but a refused entry. */
  CredentialUpkeep(PlannedCredential credential, Readiness readiness, EntryRequest.Put refused) {
    this(credential, readiness, refused, new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return planner.inSelected(
        namespace,
        refused == null ? planner::keep : selected -> planner.withhold(selected, refused));
  }

  /** Where the entry before the refused one is still there, that is what is to be known. */
  private Readiness said(FanOut fanOut) {
    return refused != null && fanOut.counts().isInUse()
        ? CredentialChecks.refused(credential.self())
        : readiness;
  }

  /** It takes nothing away that counts as a step: the state is what it was, and the way back. */
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
    var said = summary.kept(said(fanOut));
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
