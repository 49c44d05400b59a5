package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How far a cluster-wide credential is in its namespaces, once all that the plan asks for is done.
 *
 * @param desired how many shall hold its entry
 * @param synced how many hold it
 * @param overridden in how many a namespaced credential has the server's entry
 * @param unattached how many hold it and have a ServiceAccount that it can't be attached to; they
 *     are among the failed ones
 * @param failed where it can't be written or withdrawn, by name of the namespace
 */
public record Tally(int desired, int synced, int overridden, int unattached, List<Failed> failed) {
  /** How many namespaces a message names. */
  private static final int NAMED = 3;

  public Tally {
    failed = failed.stream().sorted(Comparator.comparing(Failed::namespace)).toList();
  }

  /** A namespace that is not as it should be, and why. */
  public record Failed(String namespace, Verdict verdict) {}

  /** As it is after some of the namespaces failed when they were written. */
  public Tally after(List<Outcome.PartFailure> failures) {
    var all = new ArrayList<>(failed);
    var nowDesired = desired;
    var nowSynced = synced;
    var nowOverridden = overridden;
    var nowUnattached = unattached;
    for (Outcome.PartFailure failure : failures) {
      var part = failure.part();
      var isGoing = failure.failure().kind() == Failure.Kind.NAMESPACE_TERMINATING;
      nowSynced -= part.counted() == Counted.SYNCED ? 1 : 0;
      nowOverridden -= part.counted() == Counted.OVERRIDDEN ? 1 : 0;
      nowUnattached -= part.counted() == Counted.UNATTACHED ? 1 : 0;
      if (isGoing) {
        nowDesired -= part.counted() == Counted.OUTSIDE ? 0 : 1;
        all.removeIf(other -> other.namespace().equals(part.namespace()));
      } else if (!part.counted().isFailed()) {
        all.add(new Failed(part.namespace(), failure.failure().verdict()));
      }
    }
    return new Tally(nowDesired, nowSynced, nowOverridden, nowUnattached, all);
  }

  /** Whether it is of use somewhere, or would be if there were a namespace for it. */
  public boolean isInUse() {
    return synced + overridden + unattached > 0 || desired == 0;
  }

  /**
   * What is to be said.
   *
   * @param otherwise where none has failed
   */
  public Verdict verdict(Verdict otherwise) {
    if (failed.isEmpty()) {
      return otherwise;
    }
    var message =
        "%s of its namespaces failed: %s%s"
            .formatted(
                failed.size(),
                failed.stream()
                    .limit(NAMED)
                    .map(f -> f.namespace() + ": " + f.verdict().message())
                    .collect(Collectors.joining(" ")),
                failed.size() > NAMED ? " See status.failures for more." : "");
    var isStalled = failed.stream().allMatch(f -> f.verdict().outlook() == Verdict.Outlook.STALLED);
    return isStalled
        ? Verdict.stalled(Reason.NAMESPACES_FAILED, message)
        : Verdict.reconciling(Reason.NAMESPACES_FAILED, message);
  }
}
