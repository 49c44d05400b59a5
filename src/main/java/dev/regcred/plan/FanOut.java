package dev.regcred.plan;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Plan.Placement;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Tally.Counted;
import dev.regcred.pullsecret.Claim;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A cluster-wide credential that goes to Active, or stays: what is written where, and said. */
final class FanOut {
  private FanOut() {}

  /** To each of its namespaces; a namespace that fails keeps it from none of the others. */
  static Plan activation(ObservedCredential observed, Claim.Entry entry) {
    var composer = new Composer();
    var spread =
        spread(
            observed,
            (places, place) ->
                arrive(
                    places,
                    place,
                    Arrival.of(observed.self(), place, observed.now(), entry, composer)));
    var tally = spread.tally();
    var target = observed.self().secretName();
    var server = entry.server().value();
    var verdict =
        spread.isCut() ? pending(tally, target) : tally.verdict(active(tally, target, server));
    return new Plan(
        CredentialSteps.withFinalizer(observed, spread.actions()),
        progress(observed, spread, verdict),
        verdict,
        new Placement(target, server),
        spread.next(),
        tally);
  }

  /** Each of its namespaces keeps its last good entry. */
  static Plan hold(ObservedCredential observed, Verdict verdict) {
    var spread =
        spread(
            observed,
            (places, place) -> {
              var upkeep = Writes.upkeep(observed.self(), place, observed.now());
              var holds =
                  place.target().isHeldBy(observed.self().contributor()) || upkeep.changesTarget();
              if (!places.isContested(place, upkeep)) {
                places.add(place, holds ? Counted.SYNCED : Counted.FAILED, upkeep);
              }
            });
    return new Plan(
        CredentialSteps.withFinalizer(observed, spread.actions()),
        CredentialSteps.waiting(observed.recorded().state(), verdict),
        verdict,
        CredentialPlanner.recordedPlacement(observed),
        spread.next(),
        spread.tally());
  }

  /** Of a cluster-wide credential that is withdrawn. */
  static @Nullable Tally tally(ObservedCredential observed, Spread spread) {
    return observed.isClusterWide() ? spread.tally() : null;
  }

  /** Of a cluster-wide credential that is about to be withdrawn. */
  static @Nullable Tally none(ObservedCredential observed) {
    return observed.isClusterWide() ? new Tally(0, 0, 0, List.of()) : null;
  }

  /**
   * Away from the namespaces that are not selected, and in each of the others that.
   *
   * <p>Which ones a spec selects that can't be read is not known: then it leaves none.
   */
  private static Spread spread(
      ObservedCredential observed, BiConsumer<Spread, ObservedPlace> there) {
    var spread = new Spread(observed);
    for (ObservedPlace place : observed.places()) {
      if (!place.wanted() && observed.spec() != null) {
        spread.withdraw(place, Writes.none(observed.self(), place, observed.now()).leaveAll());
      } else if (!place.terminating()) {
        spread.desire();
        if (!spread.isHeldBack(place)) {
          there.accept(spread, place);
        }
      }
    }
    return spread;
  }

  private static void arrive(Spread spread, ObservedPlace place, Arrival arrival) {
    switch (arrival) {
      case Arrival.Synced(var writes, _, _) -> synced(spread, place, writes);
      case Arrival.Behind(var writes, var verdict, var overridden) -> {
        if (!overridden) {
          spread.fail(place, verdict);
        }
        spread.add(place, overridden ? Counted.OVERRIDDEN : Counted.FAILED, writes);
      }
      case Arrival.Blocked(var verdict) -> spread.fail(place, verdict);
    }
  }

  private static void synced(Spread spread, ObservedPlace place, Writes writes) {
    if (spread.isContested(place, writes)) {
      return;
    }
    spread.requeue(writes.requeue());
    var account = writes.contestedAccount().or(writes::fullAccount);
    account.ifPresent(verdict -> spread.fail(place, verdict));
    spread.add(place, account.isPresent() ? Counted.FAILED : Counted.SYNCED, writes);
  }

  private static Progress progress(ObservedCredential observed, Spread spread, Verdict verdict) {
    var state = observed.recorded().state();
    if (spread.isCut()) {
      return CredentialSteps.activating(state);
    }
    return spread.tally().isInUse()
        ? CredentialSteps.arrival(observed, ACTIVE)
        : CredentialSteps.waiting(state, verdict);
  }

  private static Verdict pending(Tally tally, String target) {
    return Verdict.reconciling(
        Reason.NAMESPACES_PENDING,
        "Secret %s is being written: %s of %s namespaces."
            .formatted(target, tally.synced() + tally.overridden(), tally.desired()));
  }

  private static Verdict active(Tally tally, String target, String server) {
    if (tally.desired() == 0) {
      return Verdict.ready(
          Reason.NO_NAMESPACE_SELECTED,
          "There is no namespace that spec.namespaceSelector selects; the credential is written to"
              + " each that is there later.");
    }
    return Verdict.ready(
        Reason.ACTIVE,
        "Secret %s holds the entry for %s in %s of %s namespaces%s."
            .formatted(
                target,
                server,
                tally.synced(),
                tally.desired(),
                tally.overridden() == 0
                    ? ""
                    : "; in %s a RegistryCredential has it instead".formatted(tally.overridden())));
  }
}
