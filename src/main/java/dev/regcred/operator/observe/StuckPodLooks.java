package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.operator.memory.MinuteBudget;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.StuckPodsReport;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.plan.credential.StuckPods;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPodsEvictions;
import dev.regcred.plan.credential.StuckPodsFindings;
import dev.regcred.plan.credential.StuckPodsSummary;
import dev.regcred.plan.credential.StuckPodsWindow;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The looks for Pods that are stuck for want of a pull Secret, in the moments in which there may be
 * some ({@link StuckPodsWindow}). There is no watch, and at rest no request.
 *
 * <p>An eviction is carried out only once the status says that there are stuck Pods. After a
 * restart that is where it goes on, with the time that the status has.
 */
public final class StuckPodLooks {
  private final StuckPodSearch search;
  private final MinuteBudget evictionBudget =
      new MinuteBudget(StuckPodsEvictions.IN_A_NAMESPACE, StuckPodsEvictions.IN_THE_CLUSTER);
  private final Predicate<String> isEvictionForbidden;
  private final Clock clock;
  private final Map<String, Map<String, StuckPodsWindow>> windows = new ConcurrentHashMap<>();

  /**
   * Looks by this client.
   *
   * @param isEvictionForbidden whether the last eviction in a namespace was forbidden
   */
  public StuckPodLooks(
      KubernetesClient client, Predicate<String> isEvictionForbidden, Clock clock) {
    this.search = new StuckPodSearch(new PendingPods(client), clock);
    this.isEvictionForbidden = isEvictionForbidden;
    this.clock = clock;
  }

  /**
   * The plan with what is known of stuck Pods, with evictions of some, and with the time of the
   * next look.
   *
   * @param last what the status says now
   */
  public Plan plan(CredentialSnapshot observed, @Nullable CredentialStatus last, Plan plan) {
    var uid = observed.self().id().uid();
    var spec = observed.self().spec();
    if (spec == null || !isAskedFor(observed.self()) || !plan.progress().state().isInUse()) {
      windows.remove(uid);
      return plan;
    }
    var known = windows.computeIfAbsent(uid, _ -> StuckPodsWindow.recorded(observed, last));
    var now = clock.instant(); // Of a fan-out much is written since it was observed.
    for (String namespace : StuckPods.attachedNow(observed, plan)) {
      known.put(namespace, StuckPodsWindow.opened(now));
    }
    if (!(plan.next() instanceof Plan.Next.Settled)) {
      return plan.stuckPods(report(observed, known, spec.stuckPods()), List.of());
    }
    var isRecorded = last != null && last.stuckPods() != null;
    var evictions = new ArrayList<Action.EvictPod>();
    look(observed, known, spec.stuckPods(), now)
        .forEach(
            (namespace, window) -> {
              var turn =
                  StuckPodsEvictions.after(
                      window,
                      now,
                      isRecorded,
                      wanted -> evictionBudget.take(namespace, wanted, now));
              known.put(namespace, turn.window());
              evictions.addAll(turn.evictions());
            });
    known.entrySet().removeIf(there -> isOver(observed, there.getKey(), there.getValue()));
    // How the evictions went is said by the next pass, which looks at nothing for that.
    var said =
        evictions.isEmpty()
            ? Stream.<Instant>of()
            : Stream.of(now.plus(StuckPodsEvictions.ONCE_RECORDED));
    var next =
        Stream.concat(known.values().stream().map(StuckPodsWindow::next), said)
            .min(Comparator.naturalOrder());
    var planned = plan.stuckPods(report(observed, known, spec.stuckPods()), evictions);
    return next.map(time -> planned.next(planned.next().noLaterThan(time))).orElse(planned);
  }

  /** Forgets a credential that is gone, by its UID. */
  public void forget(String uid) {
    windows.remove(uid);
  }

  /** Whether a credential is to say anything of stuck Pods. */
  public static boolean isAskedFor(CredentialView credential) {
    var spec = credential.spec();
    return spec != null
        && spec.stuckPods() != StuckPodsPolicy.IGNORE
        && !credential.id().deleting();
  }

  /** Looks where a look is due; returns how it stands in each of these namespaces then. */
  private Map<String, StuckPodsWindow> look(
      CredentialSnapshot observed,
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy,
      Instant now) {
    var after = new TreeMap<String, StuckPodsWindow>();
    var attachments = new TreeMap<String, Attachment>();
    for (NamespaceSnapshot namespace : observed.namespaces()) {
      var name = namespace.name();
      var window = known.get(name);
      if (window != null && window.isDue(now)) {
        StuckPods.attachment(observed.self(), namespace, now)
            .ifPresentOrElse(
                attachment -> attachments.put(name, attachment),
                () -> after.put(name, window.looked(StuckPodsFindings.NOTHING, now)));
      }
    }
    var found = search.search(attachments, known, policy);
    for (String name : attachments.keySet()) {
      var window = Objects.requireNonNull(known.get(name));
      var findings = found.get(name);
      after.put(name, findings == null ? window.later(now) : window.looked(findings, now));
    }
    return after;
  }

  /** Whether nothing is left to look for: no Pod is stuck, or the namespace is none of its own. */
  private static boolean isOver(CredentialSnapshot observed, String name, StuckPodsWindow window) {
    return window.isOver()
        || observed.namespaces().stream()
            .noneMatch(namespace -> namespace.name().equals(name) && namespace.wanted());
  }

  private StuckPodsReport report(
      CredentialSnapshot observed, Map<String, StuckPodsWindow> known, StuckPodsPolicy policy) {
    return StuckPodsSummary.report(
        observed.self().id().namespace() == null, known, policy, isEvictionForbidden);
  }
}
