package dev.regcred.plan.credential;

import java.util.List;

/**
 * What one look at a namespace has found of stuck Pods.
 *
 * @param count how many there are
 * @param names the names of at most {@value StuckPodsTally#NAMED} of them
 * @param evictable those that a controller replaces, in the order in which they are evicted; empty
 *     where none is to be
 * @param isForbidden whether the operator may not look for them
 */
public record StuckPodsFindings(
    int count, List<String> names, List<PodView> evictable, boolean isForbidden) {
  /** What is known where no Pod is stuck. */
  public static final StuckPodsFindings NOTHING =
      new StuckPodsFindings(0, List.of(), List.of(), false);

  /** What is known where the operator may not list Pods. */
  public static final StuckPodsFindings FORBIDDEN =
      new StuckPodsFindings(0, List.of(), List.of(), true);

  /** The same, where it is not known whether the Pods are still as they were. */
  public StuckPodsFindings withoutEvictions() {
    return new StuckPodsFindings(count, names, List.of(), isForbidden);
  }
}
