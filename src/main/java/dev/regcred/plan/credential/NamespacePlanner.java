package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.EntryResult;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.pullsecret.SharedSecret;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The planner of one namespace of a credential, the same for a credential that has one and for a
 * cluster-wide one. No namespace depends on what becomes of another. Good for one plan.
 *
 * <p>What holds up the writes to a namespace, in the order in which it counts:
 *
 * <ol>
 *   <li>the last write there failed a moment ago (backed off);
 *   <li>the target is somebody else's, or was handed over and can't be taken (blocked);
 *   <li>another credential has the server's entry, or the Secret is full (overridden, waiting);
 *   <li>another writer changes the target each time that it is put right (contended).
 * </ol>
 */
final class NamespacePlanner {
  private final CredentialSnapshot observed;
  private final CredentialView self;
  private final SharedSecretCache composer = new SharedSecretCache();

  NamespacePlanner(CredentialSnapshot observed) {
    this.observed = observed;
    this.self = observed.self();
  }

  /** The plan of a namespace whose pull Secret shall hold the entry. */
  NamespacePlan activate(NamespaceSnapshot place, EntryRequest.Put entry) {
    return backedOff(place, true).or(() -> blocked(place)).orElseGet(() -> claim(place, entry));
  }

  private Optional<NamespacePlan> blocked(NamespaceSnapshot place) {
    return Ownership.problem(self, place, observed.now())
        .map(verdict -> idle(place, true, new NamespaceOutcome.Blocked(verdict), Requeue.never()));
  }

  private NamespacePlan claim(NamespaceSnapshot place, EntryRequest.Put entry) {
    var writes = NamespaceWrites.none(self, place, observed.now(), composer);
    var composition = writes.claim(entry);
    return switch (composition.standing(self.contributor())) {
      case EntryResult.Held(var server) -> {
        writes.leaveLeftovers();
        // What is declared now does not wait for anybody.
        var contended =
            observed.recorded().state().isInUse()
                ? contended(place, true, writes)
                : Optional.<NamespacePlan>empty();
        yield contended.orElseGet(
            () ->
                new NamespacePlan(
                    place.namespace(),
                    true,
                    new NamespaceOutcome.Written(
                        server,
                        overridden(composition),
                        missingAccounts(place),
                        writes.contestedAccount().or(writes::fullAccount).orElse(null)),
                    writes.actions(),
                    false,
                    writes.requeue()));
      }
      case EntryResult.Claimed(_, var winner) when self.contributor().isOverriddenBy(winner) ->
          waiting(place, writes, new NamespaceOutcome.Overridden());
      case EntryResult.Claimed(var server, var winner) ->
          waiting(place, writes, new NamespaceOutcome.Waiting(claimed(place, server, winner)));
      case EntryResult.TooLarge() ->
          waiting(place, writes, new NamespaceOutcome.Waiting(tooLarge(place)));
      case EntryResult.None() -> throw new IllegalStateException("A claim has a standing");
    };
  }

  /** The others' entries are kept right meanwhile, unless another writer fights for the Secret. */
  private static NamespacePlan waiting(
      NamespaceSnapshot place, NamespaceWrites writes, NamespaceOutcome outcome) {
    return writes
        .contest()
        .map(
            contest ->
                new NamespacePlan(
                    place.namespace(), true, outcome, List.of(), true, Requeue.at(contest.until())))
        .orElseGet(
            () ->
                new NamespacePlan(
                    place.namespace(), true, outcome, writes.actions(), false, writes.requeue()));
  }

  /** The plan of a namespace whose pull Secret keeps the last good entry. */
  NamespacePlan keep(NamespaceSnapshot place) {
    return backedOff(place, true).orElseGet(() -> upkeep(place));
  }

  private NamespacePlan upkeep(NamespaceSnapshot place) {
    var writes = NamespaceWrites.upkeep(self, place, observed.now());
    var holds = place.target().isHeldBy(self.contributor()) || writes.changesTarget();
    return contended(place, true, writes)
        .orElseGet(
            () ->
                new NamespacePlan(
                    place.namespace(),
                    true,
                    new NamespaceOutcome.Kept(holds),
                    writes.actions(),
                    false,
                    writes.requeue()));
  }

  /**
   * The plan of a namespace that all that there is of the credential is taken away from, in as far
   * as that is possible.
   *
   * @param writes what takes it away
   * @param isAtRest whether it was taken away before, so that the target is only kept right
   */
  NamespacePlan withdraw(NamespaceSnapshot place, NamespaceWrites writes, boolean isAtRest) {
    if (place.terminating()) {
      // The namespace takes the rest with it.
      return withdrawn(place, writes.deletions(), Requeue.never());
    }
    return backedOff(place, false)
        .or(() -> obstructed(place, writes))
        .or(() -> isAtRest ? contended(place, false, writes) : Optional.empty())
        .orElseGet(() -> withdrawn(place, writes.actions(), writes.requeue()));
  }

  private static NamespacePlan withdrawn(
      NamespaceSnapshot place, List<Action> actions, Requeue requeue) {
    return new NamespacePlan(
        place.namespace(), false, new NamespaceOutcome.WithoutEntry(), actions, false, requeue);
  }

  private static Optional<NamespacePlan> obstructed(
      NamespaceSnapshot place, NamespaceWrites writes) {
    return writes
        .obstacle()
        .map(
            verdict ->
                new NamespacePlan(
                    place.namespace(),
                    false,
                    new NamespaceOutcome.Blocked(verdict),
                    writes.actions(),
                    false,
                    Requeue.never()));
  }

  private Optional<NamespacePlan> backedOff(NamespaceSnapshot place, boolean isDesired) {
    return Optional.ofNullable(place.heldBack())
        .filter(heldBack -> heldBack.until().isAfter(observed.now()))
        .map(
            heldBack ->
                idle(
                    place,
                    isDesired,
                    new NamespaceOutcome.BackedOff(heldBack.failure().verdict()),
                    Requeue.at(heldBack.until())));
  }

  private static Optional<NamespacePlan> contended(
      NamespaceSnapshot place, boolean isDesired, NamespaceWrites writes) {
    return writes
        .contest()
        .map(
            contest ->
                idle(
                    place,
                    isDesired,
                    new NamespaceOutcome.Contended(
                        NamespaceWrites.contested("Secret " + place.target().name(), contest)),
                    Requeue.earliest(Requeue.at(contest.until()), writes.requeue())));
  }

  private static NamespacePlan idle(
      NamespaceSnapshot place, boolean isDesired, NamespaceOutcome outcome, Requeue requeue) {
    return new NamespacePlan(
        place.namespace(),
        isDesired,
        outcome,
        List.of(),
        outcome instanceof NamespaceOutcome.Contended,
        requeue);
  }

  private String overridden(SharedSecret composition) {
    return composition.standings().entrySet().stream()
        .filter(
            e ->
                e.getValue() instanceof EntryResult.Claimed(_, var winner)
                    && winner.equals(self.contributor()))
        .map(Map.Entry::getKey)
        .filter(CredentialRef::isClusterWide)
        .map(CredentialRef::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private List<String> missingAccounts(NamespaceSnapshot place) {
    var spec = self.spec();
    var present = place.target().accounts().stream().map(a -> a.name()).toList();
    return spec == null
        ? List.of()
        : spec.serviceAccounts().stream().filter(name -> !present.contains(name)).toList();
  }

  private static Readiness claimed(NamespaceSnapshot place, String server, CredentialRef winner) {
    return Readiness.stalled(
        Reason.SERVER_CLAIMED,
        "%s %s has the entry for %s in Secret %s; it is taken over when that one leaves."
                .formatted(winner.kind(), winner.name(), server, place.target().name())
            + " Or set another target.secretName.");
  }

  private static Readiness tooLarge(NamespaceSnapshot place) {
    return Readiness.stalled(
        Reason.SECRET_TOO_LARGE,
        ("With this entry Secret %s would be larger than %s bytes, or be kept for more than %s"
                + " credentials or their labels and annotations than it has room for; set another"
                + " target.secretName.")
            .formatted(
                place.target().name(),
                String.format(Locale.ROOT, "%,d", SharedSecret.MAX_BYTES),
                OwnershipMark.MAX_CONTRIBUTORS));
  }
}
