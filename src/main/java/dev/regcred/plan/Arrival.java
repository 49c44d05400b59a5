package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.pullsecret.Claim;
import dev.regcred.pullsecret.Composition;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.Mark;
import dev.regcred.pullsecret.Standing;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What becomes, in one namespace, of a credential that goes to Active. */
sealed interface Arrival {
  /**
   * Its entry is in the Secret.
   *
   * @param server under which server
   * @param overridden the cluster-wide credentials that do without theirs for it; empty if none
   */
  record Synced(Writes writes, String server, String overridden) implements Arrival {}

  /**
   * It waits in line.
   *
   * @param overridden whether for a namespaced one, as it should
   */
  record Behind(Writes writes, Verdict verdict, boolean overridden) implements Arrival {}

  /** The Secret may not be written. */
  record Blocked(Verdict verdict) implements Arrival {}

  /** What becomes of it. */
  static Arrival of(
      Claimant self, ObservedPlace place, Instant now, Claim.Entry entry, Composer composer) {
    var problem = Ownership.problem(self, place, now);
    if (problem.isPresent()) {
      return new Blocked(problem.get());
    }
    var writes = Writes.none(self, place, now, composer);
    var composition = writes.claim(entry);
    var target = place.target().name();
    return switch (composition.standing(self.contributor())) {
      case Standing.Holds(var server) ->
          new Synced(writes.leaveLeftovers(), server, overridden(composition, self.contributor()));
      case Standing.Claimed(var server, var winner) ->
          new Behind(
              writes,
              Verdict.stalled(
                  Reason.SERVER_CLAIMED,
                  "%s %s has the entry for %s in Secret %s; it is taken over when that one leaves."
                          .formatted(winner.kind(), winner.name(), server, target)
                      + " Or set another target.secretName."),
              !winner.isClusterWide());
      case Standing.TooLarge() ->
          new Behind(
              writes,
              Verdict.stalled(
                  Reason.SECRET_TOO_LARGE,
                  ("With this entry Secret %s would be larger than %s bytes, or be kept for more"
                          + " than %s credentials or their labels and annotations than it has room"
                          + " for; set another target.secretName.")
                      .formatted(
                          target,
                          String.format(Locale.ROOT, "%,d", Composition.MAX_BYTES),
                          Mark.MAX_CONTRIBUTORS)),
              false);
      case Standing.Without() -> throw new IllegalStateException("A claim has a standing");
    };
  }

  private static String overridden(Composition composition, Contributor self) {
    return composition.standings().entrySet().stream()
        .filter(e -> e.getValue() instanceof Standing.Claimed(_, var winner) && winner.equals(self))
        .map(Map.Entry::getKey)
        .filter(Contributor::isClusterWide)
        .map(Contributor::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** The ServiceAccounts that are named and not there. */
  static Optional<String> missingAccounts(Claimant self, ObservedPlace place) {
    var spec = self.spec();
    var present = place.target().accounts().stream().map(a -> a.name()).toList();
    var missing =
        spec == null
            ? ""
            : spec.serviceAccounts().stream()
                .filter(name -> !present.contains(name))
                .collect(Collectors.joining(", "));
    return Optional.of(missing).filter(names -> !names.isEmpty());
  }
}
