package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;

import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.EntryRequest;
import java.util.Optional;

/**
 * The way of a credential to Active, and its stay there: the entry in each namespace that it may go
 * to, and nothing in those that are not selected. While its registry is asked about a new value,
 * the entry that is there stays.
 */
record CredentialActivation(
    PlannedCredential credential, EntryRequest.Put entry, NamespacePlanner planner)
    implements FanOutStrategy {
  CredentialActivation(PlannedCredential credential) {
    this(
        credential,
        SecretRequests.entry(credential.self()).orElseThrow(),
        new NamespacePlanner(credential));
  }

  @Override
  public Optional<NamespacePlan> plan(NamespaceSnapshot namespace) {
    return planner.inSelected(
        namespace,
        selected ->
            isAwaiting() ? planner.await(selected, entry) : planner.activate(selected, entry));
  }

  /** It takes nothing away that counts as a step. */
  @Override
  public Optional<Plan> recordedFirst() {
    return Optional.empty();
  }

  /** Where it can be written in none, what was recorded of it before is finished in each. */
  @Override
  public boolean dependsOnAll() {
    return CredentialSteps.isTakingAway(credential.lastStatus().state());
  }

  @Override
  public Plan conclude(FanOut fanOut) {
    var summary = Summary.of(credential, fanOut);
    var readiness = readiness(summary.activated(entry), fanOut);
    var state = credential.lastStatus().state();
    var progress =
        fanOut.isCut()
            ? CredentialSteps.activating(state)
            : fanOut.counts().isInUse()
                ? CredentialSteps.arrival(credential, ACTIVE)
                : CredentialSteps.waiting(state, readiness);
    return new Plan(
        CredentialSteps.withFinalizer(credential, fanOut, summary.actions()),
        progress,
        readiness,
        isAwaiting() ? credential.lastPublished() : summary.published(entry),
        fanOut.next(expiry()),
        summary.counts(),
        fanOut.contended());
  }

  private boolean isAwaiting() {
    return credential.self().values().admission() == Admission.AWAIT;
  }

  /**
   * What is said: while the answer is awaited that it is, but where all is as good as it was. What
   * is kept until then is not known to be any good where the credential was not Ready.
   */
  private Readiness readiness(Readiness activated, FanOut fanOut) {
    var hasNothing =
        fanOut.outcomes().stream().anyMatch(NamespaceOutcome.Awaiting.class::isInstance);
    var isNews = isAwaiting() && activated.ready() && !credential.lastStatus().isReady();
    return hasNothing || isNews ? CredentialChecks.pending(credential.self()) : activated;
  }

  /**
   * The time at which values that come to an end are read again; those that have ended are what
   * there is.
   */
  private Requeue expiry() {
    return Requeue.at(
        Optional.ofNullable(credential.self().values().expiry())
            .filter(expiry -> expiry.isAfter(credential.now())));
  }
}
