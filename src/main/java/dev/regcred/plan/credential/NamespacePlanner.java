package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.credential.NamespaceOutcome.Holding;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.EntryResult;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.pullsecret.SharedSecret;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
  private final PlannedCredential credential;
  private final CredentialView self;
  private final SharedSecretCache cache = new SharedSecretCache();

  NamespacePlanner(PlannedCredential credential) {
    this.credential = credential;
    this.self = credential.self();
  }

  /**
   * The plan of a credential that is in use, or stays as it is: away from a namespace that is not
   * selected, and in each of the others its own plan; none in one that is being deleted.
   *
   * <p>Which ones a spec selects that can't be read is not known: then it leaves none.
   *
   * @param selected the plan of one that is selected
   */
  Optional<NamespacePlan> inSelected(
      NamespaceSnapshot namespace, Function<NamespaceSnapshot, NamespacePlan> selected) {
    if (!namespace.wanted() && credential.spec() != null) {
      var writes = NamespaceWrites.of(self, namespace, credential.now()).atRest(true).withdrawAll();
      return Optional.of(takeAway(namespace, writes, false));
    }
    return namespace.terminating() ? Optional.empty() : Optional.of(selected.apply(namespace));
  }

  /** The plan of a namespace whose pull Secret shall hold the entry. */
  NamespacePlan activate(NamespaceSnapshot namespace, EntryRequest.Put entry) {
    return activate(namespace, entry, entry);
  }

  /**
   * The plan of a namespace whose pull Secret shall hold the entry soon, and the present one yet.
   */
  NamespacePlan await(NamespaceSnapshot namespace, EntryRequest.Put entry) {
    return namespace.target().current() == null
        ? backedOff(namespace, true)
            .orElseGet(() -> idle(namespace, true, awaiting(), Requeue.never()))
        : activate(namespace, entry, new EntryRequest.Keep());
  }

  private NamespacePlan activate(
      NamespaceSnapshot namespace, EntryRequest.Put entry, EntryRequest request) {
    return backedOff(namespace, true)
        .or(() -> blocked(namespace))
        .orElseGet(() -> request(namespace, entry, request));
  }

  private Optional<NamespacePlan> blocked(NamespaceSnapshot namespace) {
    return Ownership.problem(self, namespace, credential.now())
        .map(
            readiness ->
                idle(namespace, true, new NamespaceOutcome.Blocked(readiness), Requeue.never()));
  }

  private NamespacePlan request(
      NamespaceSnapshot namespace, EntryRequest.Put entry, EntryRequest request) {
    // What is declared now does not wait for anybody.
    var isAtRest = credential.lastStatus().state().isInUse();
    var writes = NamespaceWrites.of(self, namespace, credential.now(), cache).atRest(isAtRest);
    var shared = writes.request(request);
    return switch (result(shared, entry)) {
      case EntryResult.Held(var server) -> {
        writes.withdrawLeftovers();
        var contended =
            isAtRest ? contended(namespace, true, writes) : Optional.<NamespacePlan>empty();
        yield contended.orElseGet(
            () ->
                new NamespacePlan(
                    namespace.name(),
                    true,
                    new NamespaceOutcome.Written(
                        server,
                        overridden(shared),
                        missingServiceAccounts(namespace),
                        writes
                            .contendedServiceAccount()
                            .or(writes::fullServiceAccount)
                            .orElse(null)),
                    writes.actions(),
                    false,
                    writes.requeue()));
      }
      case EntryResult.Claimed(_, var winner) when self.ref().isOverriddenBy(winner) ->
          waiting(namespace, writes, new NamespaceOutcome.Overridden());
      case EntryResult.Claimed(var server, var winner) ->
          waiting(
              namespace, writes, new NamespaceOutcome.Waiting(claimed(namespace, server, winner)));
      case EntryResult.TooLarge() ->
          waiting(namespace, writes, new NamespaceOutcome.Waiting(tooLarge(namespace)));
      case EntryResult.None() -> waiting(namespace, writes, awaiting());
    };
  }

  private NamespaceOutcome awaiting() {
    return new NamespaceOutcome.Awaiting(CredentialChecks.pending(self));
  }

  /** What became of the request; of one that only keeps what it has, whether another one has it. */
  private EntryResult result(SharedSecret shared, EntryRequest.Put entry) {
    var own = shared.result(self.ref());
    var server = entry.server().value();
    return own instanceof EntryResult.None
        ? shared.results().entrySet().stream()
            .filter(other -> other.getValue().equals(new EntryResult.Held(server)))
            .<EntryResult>map(other -> new EntryResult.Claimed(server, other.getKey()))
            .findFirst()
            .orElse(own)
        : own;
  }

  /** The others' entries are kept right meanwhile, unless another writer fights for the Secret. */
  private static NamespacePlan waiting(
      NamespaceSnapshot namespace, NamespaceWrites writes, NamespaceOutcome outcome) {
    return writes
        .contention()
        .map(
            contention ->
                new NamespacePlan(
                    namespace.name(),
                    true,
                    outcome,
                    List.of(),
                    true,
                    Requeue.at(contention.until())))
        .orElseGet(
            () ->
                new NamespacePlan(
                    namespace.name(), true, outcome, writes.actions(), false, writes.requeue()));
  }

  /**
   * The plan of a namespace whose pull Secret keeps the entry that it has.
   *
   * @param refused an entry that the registry refuses; null for none
   */
  NamespacePlan keep(NamespaceSnapshot namespace, EntryRequest.@Nullable Put refused) {
    return backedOff(namespace, true)
        .orElseGet(
            () -> {
              var target = namespace.target();
              var writes = NamespaceWrites.upkeep(self, namespace, credential.now());
              var holds = target.isHeldBy(self.ref()) || writes.changesTarget();
              var isRefused =
                  refused != null && Ownership.holds(target, self, refused, credential.now());
              return upkeep(
                  namespace,
                  writes,
                  !holds ? Holding.NOTHING : isRefused ? Holding.REFUSED : Holding.GOOD);
            });
  }

  /** The plan of a namespace whose pull Secret keeps the last good entry, but not this one. */
  NamespacePlan withhold(NamespaceSnapshot namespace, EntryRequest.Put refused) {
    return backedOff(namespace, true)
        .orElseGet(
            () -> {
              var writes = NamespaceWrites.withhold(self, namespace, refused, credential.now());
              return upkeep(
                  namespace,
                  writes,
                  writes.isWiredWithoutEntry()
                      ? Holding.BLANK
                      : namespace.target().isHeldBy(self.ref()) || writes.changesTarget()
                          ? Holding.GOOD
                          : Holding.NOTHING);
            });
  }

  private static NamespacePlan upkeep(
      NamespaceSnapshot namespace, NamespaceWrites writes, Holding holding) {
    return contended(namespace, true, writes)
        .orElseGet(
            () ->
                new NamespacePlan(
                    namespace.name(),
                    true,
                    new NamespaceOutcome.Kept(holding),
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
  NamespacePlan takeAway(NamespaceSnapshot namespace, NamespaceWrites writes, boolean isAtRest) {
    if (namespace.terminating()) {
      // The namespace takes the rest with it.
      return withoutEntry(namespace, writes.deletions(), Requeue.never());
    }
    return backedOff(namespace, false)
        .or(() -> obstructed(namespace, writes))
        .or(() -> isAtRest ? contended(namespace, false, writes) : Optional.empty())
        .or(() -> putBack(namespace, writes))
        .orElseGet(() -> withoutEntry(namespace, writes.actions(), writes.requeue()));
  }

  private static NamespacePlan withoutEntry(
      NamespaceSnapshot namespace, List<Action> actions, Requeue requeue) {
    return new NamespacePlan(
        namespace.name(), false, new NamespaceOutcome.WithoutEntry(), actions, false, requeue);
  }

  private static Optional<NamespacePlan> obstructed(
      NamespaceSnapshot namespace, NamespaceWrites writes) {
    return writes
        .obstacle()
        .map(
            readiness ->
                new NamespacePlan(
                    namespace.name(),
                    false,
                    new NamespaceOutcome.Blocked(readiness),
                    writes.actions(),
                    false,
                    Requeue.never()));
  }

  private Optional<NamespacePlan> backedOff(NamespaceSnapshot namespace, boolean isDesired) {
    return Optional.ofNullable(namespace.backoff())
        .filter(backoff -> backoff.until().isAfter(credential.now()))
        .map(
            backoff ->
                idle(
                    namespace,
                    isDesired,
                    new NamespaceOutcome.BackedOff(backoff.failure().readiness()),
                    Requeue.at(backoff.until())));
  }

  private static Optional<NamespacePlan> contended(
      NamespaceSnapshot namespace, boolean isDesired, NamespaceWrites writes) {
    return writes
        .contention()
        .map(contention -> contended(namespace, isDesired, contention, writes));
  }

  private static Optional<NamespacePlan> putBack(
      NamespaceSnapshot namespace, NamespaceWrites writes) {
    return writes
        .contendedWithdrawal()
        .map(contention -> contended(namespace, false, contention, writes));
  }

  private static NamespacePlan contended(
      NamespaceSnapshot namespace,
      boolean isDesired,
      Contention contention,
      NamespaceWrites writes) {
    return idle(
        namespace,
        isDesired,
        new NamespaceOutcome.Contended(contention.readiness("Secret " + namespace.target().name())),
        Requeue.earliest(Requeue.at(contention.until()), writes.requeue()));
  }

  private static NamespacePlan idle(
      NamespaceSnapshot namespace, boolean isDesired, NamespaceOutcome outcome, Requeue requeue) {
    return new NamespacePlan(
        namespace.name(),
        isDesired,
        outcome,
        List.of(),
        outcome instanceof NamespaceOutcome.Contended,
        requeue);
  }

  private String overridden(SharedSecret shared) {
    return shared.results().entrySet().stream()
        .filter(
            e ->
                e.getValue() instanceof EntryResult.Claimed(_, var winner)
                    && winner.equals(self.ref()))
        .map(Map.Entry::getKey)
        .filter(CredentialRef::isClusterWide)
        .map(CredentialRef::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private List<String> missingServiceAccounts(NamespaceSnapshot namespace) {
    var spec = self.spec();
    var present = namespace.target().serviceAccounts().stream().map(a -> a.name()).toList();
    return spec == null
        ? List.of()
        : spec.serviceAccounts().stream().filter(name -> !present.contains(name)).toList();
  }

  private static Readiness claimed(
      NamespaceSnapshot namespace, String server, CredentialRef winner) {
    return Readiness.stalled(
        Reason.SERVER_CLAIMED,
        "%s %s has the entry for %s in Secret %s; it is taken over when that one leaves."
                .formatted(winner.kind(), winner.name(), server, namespace.target().name())
            + " Or set another target.secretName.");
  }

  private static Readiness tooLarge(NamespaceSnapshot namespace) {
    return Readiness.stalled(
        Reason.SECRET_TOO_LARGE,
        ("With this entry Secret %s would be larger than %s bytes, or be kept for more than %s"
                + " credentials or their labels and annotations than it has room for; set another"
                + " target.secretName.")
            .formatted(
                namespace.target().name(),
                String.format(Locale.ROOT, "%,d", SharedSecret.MAX_BYTES),
                OwnershipMark.MAX_ENTRIES));
  }
}
