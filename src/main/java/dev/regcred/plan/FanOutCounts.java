package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The counts say how far a cluster-wide credential is in its namespaces, once all that the plan
 * asks for is done.
 *
 * @param desired how many shall hold its entry
 * @param synced how many hold it
 * @param overridden in how many a namespaced credential has the server's entry
 * @param unattached how many hold it and have a ServiceAccount that it can't be attached to; they
 *     are among the failed ones
 * @param failed where it can't be written or withdrawn, by name of the namespace
 */
public record FanOutCounts(
    int desired, int synced, int overridden, int unattached, List<FailedNamespace> failed) {
  /** How many namespaces a message names. */
  private static final int NAMED = 3;

  public FanOutCounts {
    failed = failed.stream().sorted(Comparator.comparing(FailedNamespace::namespace)).toList();
  }

  /** A namespace that is not as it should be, and why. */
  public record FailedNamespace(String namespace, Readiness readiness) {}

  /** The counts as they are after some of the namespaces failed when they were written. */
  public FanOutCounts after(List<Outcome.BatchFailure> failures) {
    var all = new ArrayList<>(failed);
    var nowDesired = desired;
    var nowSynced = synced;
    var nowOverridden = overridden;
    var nowUnattached = unattached;
    for (Outcome.BatchFailure failure : failures) {
      var batch = failure.batch();
      var isGoing = failure.failure().kind() == Failure.Kind.NAMESPACE_TERMINATING;
      nowSynced -= batch.countedAs() == CountedAs.SYNCED ? 1 : 0;
      nowOverridden -= batch.countedAs() == CountedAs.OVERRIDDEN ? 1 : 0;
      nowUnattached -= batch.countedAs() == CountedAs.UNATTACHED ? 1 : 0;
      if (isGoing) {
        nowDesired -= batch.countedAs() == CountedAs.OUTSIDE ? 0 : 1;
        all.removeIf(other -> other.namespace().equals(batch.namespace()));
      } else if (!batch.countedAs().isFailed()) {
        all.add(new FailedNamespace(batch.namespace(), failure.failure().readiness()));
      }
    }
    return new FanOutCounts(nowDesired, nowSynced, nowOverridden, nowUnattached, all);
  }

  /** Whether it is of use somewhere, or would be if there were a namespace for it. */
  public boolean isInUse() {
    return synced + overridden + unattached > 0 || desired == 0;
  }

  /**
   * The readiness that the conditions say.
   *
   * @param otherwise where none has failed
   */
  public Readiness readiness(Readiness otherwise) {
    if (failed.isEmpty()) {
      return otherwise;
    }
    var message =
        "%s of its namespaces failed: %s%s"
            .formatted(
                failed.size(),
                failed.stream()
                    .limit(NAMED)
                    .map(f -> f.namespace() + ": " + f.readiness().message())
                    .collect(Collectors.joining(" ")),
                failed.size() > NAMED ? " See status.failures for more." : "");
    var isStalled =
        failed.stream().allMatch(f -> f.readiness().convergence() == Readiness.Convergence.STALLED);
    return isStalled
        ? Readiness.stalled(Reason.NAMESPACES_FAILED, message)
        : Readiness.reconciling(Reason.NAMESPACES_FAILED, message);
  }
}
