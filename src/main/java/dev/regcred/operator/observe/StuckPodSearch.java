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
import java.time.Instant;
import java.util.Comparator;
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

  /**
   * How long each namespace is listed by itself after the list of all was too long: somebody has so
   * many Pods that those of others may not have come.
   */
  private static final Duration EACH_BY_ITSELF = Duration.ofMinutes(10);

  /** How many namespaces are listed one by one in one search. */
  static final int LISTED_IN_TURN = 100;

  private final PendingPods pods;
  private final MinuteBudget pageBudget = new MinuteBudget(PAGES_OF_A_NAMESPACE, Integer.MAX_VALUE);
  private final Clock clock;
  private volatile Instant tooLongUntil = Instant.EPOCH;

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
    var now = clock.instant();
    if (attachments.size() >= MANY_NAMESPACES && !now.isBefore(tooLongUntil)) {
      if (pageBudget.take(ALL, 1, now) == 0
          || list(Optional.empty(), attachments, known, policy, found)) {
        return found;
      }
      tooLongUntil = now.plus(EACH_BY_ITSELF);
    }
    attachments.entrySet().stream()
        .sorted(Comparator.comparing(there -> window(known, there.getKey()).next()))
        .limit(LISTED_IN_TURN)
        .filter(there -> pageBudget.take(there.getKey(), 1, clock.instant()) > 0)
        .forEach(
            there ->
                list(
                    Optional.of(there.getKey()),
                    Map.of(there.getKey(), there.getValue()),
                    known,
                    policy,
                    found));
    return found;
  }

  /**
   * Finds the Pods that are stuck in one list.
   *
   * @param namespace the namespace that is listed; empty for all
   * @param found is added what was found; nothing where the list of all was too long
   * @return whether it was not too long
   */
  private boolean list(
      Optional<String> namespace,
      Map<String, Attachment> attachments,
      Map<String, StuckPodsWindow> known,
      StuckPodsPolicy policy,
      Map<String, StuckPodsFindings> found) {
    var tallies = new TreeMap<String, StuckPodsTally>();
    attachments.forEach(
        (name, attachment) ->
            tallies.put(name, new StuckPodsTally(attachment, window(known, name))));
    // The clock of the API server, which also gives Pods their time, may be another one.
    var skew = new AtomicReference<>(Duration.ZERO);
    try {
      var reading =
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
      pageBudget.charge(namespace.orElse(ALL), reading.pages() - 1, clock.instant());
      if (namespace.isEmpty() && !reading.isWhole()) {
        LOG.info(
            "There are too many Pending Pods for one list; each namespace is listed by itself");
        return false;
      }
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
                          : window(known, name).found().withoutEvictions()));
    }
    return true;
  }

  private static StuckPodsWindow window(Map<String, StuckPodsWindow> known, String namespace) {
    return Objects.requireNonNull(known.get(namespace));
  }
}
