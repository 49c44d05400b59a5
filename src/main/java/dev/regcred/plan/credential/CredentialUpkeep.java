package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.credential.NamespaceOutcome.Holding;
import dev.regcred.pullsecret.EntryRequest;
import java.util.List;
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
 * @param refused the entry that the registry refuses; null where that is not why it stays
 */
record CredentialUpkeep(
    PlannedCredential credential,
    Readiness readiness,
    EntryRequest.@Nullable Put refused,
    NamespacePlanner planner)
    implements FanOutStrategy {
  CredentialUpkeep(PlannedCredential credential, Readiness readiness) {
    this(
        credential,
        readiness,
        readiness.reason() == Reason.CREDENTIAL_REFUSED || readiness.reason() == Reason.WITHHELD
            ? SecretRequests.entry(credential.self()).orElseThrow()
            : null,
        new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return planner.inSelected(
        namespace,
        selected ->
            refused != null && isWithheld()
                ? planner.withhold(selected, refused)
                : planner.keep(selected, refused));
  }

  private boolean isWithheld() {
    return readiness.reason() == Reason.WITHHELD;
  }

  /** Of a refused account it is to be known whether a pull Secret holds it, or another one. */
  private Readiness said(List<Holding> holdings) {
    return refused == null || (isWithheld() && holdings.stream().noneMatch(Holding::isEntry))
        ? readiness
        : CredentialChecks.refused(
            credential.self(), holdings.contains(Holding.REFUSED), holdings.contains(Holding.GOOD));
  }

  /** Once it is wired to its target without an entry everywhere, that is what is there of it. */
  private PublishedTarget published(List<Holding> holdings, FanOut fanOut) {
    var last = credential.lastPublished();
    return fanOut.isUnfinished()
            || holdings.isEmpty()
            || holdings.stream().anyMatch(holding -> holding != Holding.BLANK)
        ? last
        : new PublishedTarget(
            credential.self().secretName(), last.serverAddress(), last.podsAttachedTime());
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
    var holdings =
        fanOut.outcomes().stream()
            .filter(NamespaceOutcome.Kept.class::isInstance)
            .map(outcome -> ((NamespaceOutcome.Kept) outcome).holding())
            .toList();
    var said = summary.kept(said(holdings));
    return new Plan(
        CredentialSteps.withFinalizer(credential, fanOut, summary.actions()),
        CredentialSteps.waiting(credential.lastStatus().state(), said),
        said,
        published(holdings, fanOut),
        fanOut.next(Requeue.never()),
        summary.counts(),
        fanOut.contended());
  }
}
