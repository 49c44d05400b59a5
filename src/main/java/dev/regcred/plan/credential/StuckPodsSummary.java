package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.plan.StuckPodsReport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the looks at all namespaces of a credential come to. */
public final class StuckPodsSummary {
  private static final String REMEDY =
      "Apply deploy/optional/stuck-pods.yaml, or set stuckPods.enabled in the chart.";

  private static final String UNKNOWN =
      "Whether older Pods wait for it is not known (Forbidden): the operator may not list Pods. "
          + REMEDY;

  private StuckPodsSummary() {}

  /**
   * The report on them.
   *
   * @param isClusterWide whether Pods are named with their namespace
   * @param known how it stands in each namespace, by its name
   * @param isEvictionForbidden whether the last eviction in a namespace was forbidden
   */
  public static StuckPodsReport report(
      boolean isClusterWide,
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy,
      Predicate<String> isEvictionForbidden) {
    var names =
        known.entrySet().stream()
            .flatMap(
                there ->
                    there.getValue().found().names().stream()
                        .map(name -> isClusterWide ? there.getKey() + "/" + name : name))
            .limit(StuckPodsTally.NAMED)
            .toList();
    int count = known.values().stream().mapToInt(window -> window.found().count()).sum();
    var isForbidden = known.values().stream().anyMatch(window -> window.found().isForbidden());
    var advice = count == 0 ? "" : advice(known, policy, isEvictionForbidden);
    return new StuckPodsReport(count, names, attached(known), isForbidden ? UNKNOWN : advice);
  }

  /** The first of the times, so that after a restart no Pod is evicted that came later. */
  private static @Nullable Instant attached(Map<String, StuckPodsWindow> known) {
    return known.values().stream()
        .filter(window -> window.found().count() > 0)
        .map(StuckPodsWindow::attached)
        .min(Comparator.naturalOrder())
        .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
        .orElse(null);
  }

  private static String advice(
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy,
      Predicate<String> isEvictionForbidden) {
    if (policy != StuckPodsPolicy.EVICT) {
      return "Delete them, and their controllers make new ones, or set spec.stuckPods to Evict.";
    }
    return known.entrySet().stream()
            .filter(there -> there.getValue().found().count() > 0)
            .anyMatch(there -> isEvictionForbidden.test(there.getKey()))
        ? "They can't be evicted (Forbidden): the operator may not. " + REMEDY
        : "Those that a controller replaces are evicted; delete the others.";
  }
}
