package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPods.JobView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The stuck Pods of one namespace, counted while a list of Pods comes in. However many there are,
 * no more of them are kept than may be evicted next.
 */
public final class StuckPodsTally {
  /** How many Pods are named. */
  static final int NAMED = 10;

  /** How many are kept while the list comes in. */
  static final int KEPT = 100;

  /** How many of these are found evictable. */
  static final int EVICTABLE = 10;

  private final Attachment attachment;
  private final StuckPodsWindow window;
  private final TreeSet<PodView> first;
  private final List<String> names = new ArrayList<>();
  private int count;

  /**
   * A tally of no Pod yet.
   *
   * @param attachment how new Pods get the pull Secret
   * @param window when it was attached, and whose eviction was tried since
   */
  public StuckPodsTally(Attachment attachment, StuckPodsWindow window) {
    this.attachment = attachment;
    this.window = window;
    // Those whose eviction was refused keep none of the others from theirs.
    this.first =
        new TreeSet<>(
            Comparator.comparing((PodView pod) -> window.tried().contains(pod.uid()))
                .thenComparing(PodView::created)
                .thenComparing(PodView::name));
  }

  /**
   * Counts a Pod, if it is stuck.
   *
   * @param skew by how much the clock of the API server, which gives Pods their time, is ahead
   */
  public void add(PodView pod, Duration skew) {
    if (!StuckPods.isStuck(pod, attachment, window.attached().plus(skew))) {
      return;
    }
    count++;
    if (names.size() < NAMED) {
      names.add(pod.name());
    }
    first.add(pod.trimmed());
    if (first.size() > KEPT) {
      first.pollLast();
    }
  }

  /**
   * What was found.
   *
   * @param jobs asked for each Job of the namespace that a Pod belongs to, once; not asked where
   *     the policy evicts none
   */
  public StuckPodsFindings findings(
      StuckPodsPolicy policy, Function<String, Optional<JobView>> jobs) {
    return new StuckPodsFindings(
        count,
        List.copyOf(names),
        policy == StuckPodsPolicy.EVICT ? evictable(jobs) : List.of(),
        false);
  }

  private List<PodView> evictable(Function<String, Optional<JobView>> jobs) {
    var known = new HashMap<String, Optional<JobView>>();
    return first.stream()
        .filter(pod -> StuckPods.isReplaced(pod, job -> known.computeIfAbsent(job, jobs)))
        .limit(EVICTABLE)
        .toList();
  }
}
