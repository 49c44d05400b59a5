package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.operator.memory.MinuteBudget;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPodsFindings;
import dev.regcred.plan.credential.StuckPodsTally;
import dev.regcred.plan.credential.StuckPodsWindow;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lists of Pods by which stuck ones are found, of one namespace each or of all at once. */
final class StuckPodSearch {
  private static final Logger LOG = LoggerFactory.getLogger(StuckPodSearch.class);

  /**
   * How many pages of a namespace are read within a minute before no other look at it is begun,
   * however many credentials it has and however often they are changed; as many of all namespaces
   * together.
   */
  static final int PAGES_OF_A_NAMESPACE = 60;

  /** The name under which pages of all namespaces together are counted. */
  private static final String ALL = "";

  /** From how many namespaces on the Pods of all are listed at once. */
  private static final int MANY_NAMESPACES = 10;

  private final PendingPods pods;
  private final MinuteBudget pageBudget = new MinuteBudget(PAGES_OF_A_NAMESPACE, Integer.MAX_VALUE);
  private final Clock clock;

  StuckPodSearch(PendingPods pods, Clock clock) {
    this.pods = pods;
    this.clock = clock;
  }

  /**
   * Finds the Pods that are stuck in these namespaces.
   *
   * @param attachments how Pods get the pull Secret, by namespace
   * @param known how it stood there before
   * @return what was found, by namespace; nothing of one whose turn comes later
   */
  Map<String, StuckPodsFindings> search(
      Map<String, Attachment> attachments,
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy) {
    var found = new HashMap<String, StuckPodsFindings>();
    if (attachments.size() >= MANY_NAMESPACES) {
      if (pageBudget.take(ALL, 1, clock.instant()) > 0) {
        found.putAll(list(Optional.empty(), attachments, known, policy));
      }
      return found;
    }
    attachments.forEach(
        (name, attachment) -> {
          if (pageBudget.take(name, 1, clock.instant()) > 0) {
            found.putAll(list(Optional.of(name), Map.of(name, attachment), known, policy));
          }
        });
    return found;
  }

  /**
   * Finds the Pods that are stuck in one list.
   *
   * @param namespace the namespace that is listed; empty for all
   */
  private Map<String, StuckPodsFindings> list(
      Optional<String> namespace,
      Map<String, Attachment> attachments,
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy) {
    var tallies = new TreeMap<String, StuckPodsTally>();
    attachments.forEach(
        (name, attachment) ->
            tallies.put(
                name, new StuckPodsTally(attachment, Objects.requireNonNull(known.get(name)))));
    // The clock of the API server, which also gives Pods their time, may be another one.
    var skew = new AtomicReference<>(Duration.ZERO);
    var found = new HashMap<String, StuckPodsFindings>();
    try {
      int pages =
          pods.read(
              namespace,
              namespace.flatMap(
                  name -> Objects.requireNonNull(attachments.get(name)).onlyServiceAccount()),
              time -> skew.set(Duration.between(clock.instant(), time)),
              pod -> {
                var tally = tallies.get(pod.namespace());
                if (tally != null) {
                  tally.add(pod, skew.get());
                }
              });
      pageBudget.charge(namespace.orElse(ALL), pages - 1, clock.instant());
      tallies.forEach(
          (name, tally) -> found.put(name, tally.findings(policy, job -> pods.job(name, job))));
    } catch (KubernetesClientException e) {
      var isForbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
      if (!isForbidden) {
        LOG.warn("Pods could not be listed ({}); it is tried again", e.getMessage());
      }
      attachments
          .keySet()
          .forEach(
              name ->
                  found.put(
                      name,
                      isForbidden
                          ? StuckPodsFindings.FORBIDDEN
                          : Objects.requireNonNull(known.get(name)).found().withoutEvictions()));
    }
    return found;
  }
}
