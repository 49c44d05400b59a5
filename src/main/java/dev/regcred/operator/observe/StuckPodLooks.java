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
import dev.regcred.plan.credential.PodView;
import dev.regcred.plan.credential.StuckPods;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPods.JobView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The looks for Pods that are stuck for want of a pull Secret, in the moments in which there may be
 * some: when it is attached, a few times within the ten minutes after that, as kubelets report
 * late, and then as long as there are any. There is no watch, and at rest no request.
 *
 * <pre>
 * attached     +1 s    +30 s           +2 min                 +10 min    every 10 min
 *    |          look     look, evict     look, evict            look ...   while some are stuck
 * </pre>
 *
 * <p>An eviction is carried out only once the status says that there are stuck Pods. After a
 * restart that is where it goes on, with the time that the status has.
 */
public final class StuckPodLooks {
  private static final Logger LOG = LoggerFactory.getLogger(StuckPodLooks.class);

  private static final List<Duration> AFTER =
      List.of(
          Duration.ofSeconds(1),
          StuckPods.EVICTION_DELAY,
          Duration.ofMinutes(2),
          Duration.ofMinutes(10));

  private static final String REMEDY =
      "Apply deploy/optional/stuck-pods.yaml, or set stuckPods.enabled in the chart.";

  private static final String UNKNOWN =
      "Whether older Pods wait for it is not known (Forbidden): the operator may not list Pods. "
          + REMEDY;

  /** Between two looks while Pods are stuck, and between two that evict. */
  private static final Duration WHILE_STUCK = Duration.ofMinutes(10);

  private static final Duration WHILE_EVICTING = Duration.ofMinutes(1);
  private static final Duration ONCE_RECORDED = Duration.ofSeconds(1);

  /** Evictions within a minute. */
  static final int EVICTIONS_IN_A_NAMESPACE = 5;

  static final int EVICTIONS_IN_THE_CLUSTER = 30;

  /**
   * How many pages of a namespace are read within a minute before no other look at it is begun,
   * however many credentials it has and however often they are changed; as many of all namespaces
   * together.
   */
  static final int PAGES_OF_A_NAMESPACE = 60;

  /** When a look that is one too many is tried again. */
  private static final Duration LATER = Duration.ofSeconds(20);

  /** The name under which pages of all namespaces together are counted. */
  private static final String ALL = "";

  /** How many Pods are remembered at most, of each namespace, as tried. */
  private static final int TRIED = 1_000;

  /** From how many namespaces on the Pods of all are listed at once. */
  private static final int MANY_NAMESPACES = 10;

  /** How many Pods a status names. */
  private static final int NAMED = 10;

  /** Of a look the oldest Pods of a namespace are remembered, and of these which may be evicted. */
  private static final int OLDEST = 100;

  private static final int REMEMBERED = 10;

  private final PendingPods pods;
  private final MinuteBudget evictionBudget =
      new MinuteBudget(EVICTIONS_IN_A_NAMESPACE, EVICTIONS_IN_THE_CLUSTER);
  private final MinuteBudget pageBudget = new MinuteBudget(PAGES_OF_A_NAMESPACE, Integer.MAX_VALUE);
  private final Predicate<String> isEvictionForbidden;
  private final Clock clock;
  private final Map<String, Map<String, Window>> windows = new ConcurrentHashMap<>();

  /**
   * Looks by this client.
   *
   * @param isEvictionForbidden whether the last eviction in a namespace was forbidden
   */
  public StuckPodLooks(
      KubernetesClient client, Predicate<String> isEvictionForbidden, Clock clock) {
    this.pods = new PendingPods(client);
    this.isEvictionForbidden = isEvictionForbidden;
    this.clock = clock;
  }

  /** What one look at a namespace has found. */
  private record Found(int count, List<String> names, List<PodView> oldest, boolean isForbidden) {
    static final Found NOTHING = new Found(0, List.of(), List.of(), false);

    /** The same, where it is not known whether the Pods are still as they were. */
    Found withoutEvictions() {
      return new Found(count, names, List.of(), isForbidden);
    }
  }

  /** The looks at a namespace after the pull Secret was attached there. */
  private record Window(Instant attached, int looks, Instant next, Found found, Set<String> tried) {
    Window looked(Found now, Instant time) {
      var scheduled =
          looks + 1 < AFTER.size() ? attached.plus(AFTER.get(looks + 1)) : time.plus(WHILE_STUCK);
      return new Window(
          attached,
          looks + 1,
          scheduled.isAfter(time) ? scheduled : time.plus(WHILE_EVICTING),
          now,
          tried);
    }

    Window at(Instant time) {
      return new Window(attached, looks, time, found, tried);
    }

    /** The look is one too many: what is known may not be so any more. */
    Window later(Instant time) {
      return new Window(attached, looks, time.plus(LATER), found.withoutEvictions(), tried);
    }

    /** With the UIDs of Pods whose eviction was tried. */
    Window tried(Set<String> more) {
      var all = new HashSet<>(more);
      if (all.size() + tried.size() <= TRIED) {
        all.addAll(tried);
      }
      return new Window(attached, looks, next, found, Set.copyOf(all));
    }
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
    var known = windows.computeIfAbsent(uid, _ -> recorded(observed, last));
    var now = clock.instant(); // Of a fan-out much is written since it was observed.
    for (String namespace : StuckPods.attachedNow(observed, plan)) {
      known.put(namespace, new Window(now, 0, now.plus(AFTER.getFirst()), Found.NOTHING, Set.of()));
    }
    if (!(plan.next() instanceof Plan.Next.Settled)) {
      return plan.stuckPods(report(observed, known, spec.stuckPods()), List.of());
    }
    var isRecorded = last != null && last.stuckPods() != null;
    var evictions = new ArrayList<Action.EvictPod>();
    var due =
        observed.namespaces().stream()
            .filter(namespace -> isDue(known.get(namespace.name()), now))
            .toList();
    look(observed, due, known, now)
        .forEach(
            (namespace, window) ->
                known.put(
                    namespace,
                    spec.stuckPods() == StuckPodsPolicy.EVICT && !window.found().oldest().isEmpty()
                        ? evict(window, namespace, now, isRecorded, evictions)
                        : window));
    known.keySet().removeIf(namespace -> isOver(observed, namespace, known.get(namespace)));
    var report = report(observed, known, spec.stuckPods());
    // How the evictions went is said by the next pass, which looks at nothing for that.
    var said = evictions.isEmpty() ? Stream.<Instant>of() : Stream.of(now.plus(ONCE_RECORDED));
    var next =
        Stream.concat(known.values().stream().map(Window::next), said)
            .min(Comparator.naturalOrder());
    var planned = plan.stuckPods(report, evictions);
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

  /** What a status says of a look before this process: where that named Pods, is looked again. */
  private static Map<String, Window> recorded(
      CredentialSnapshot observed, @Nullable CredentialStatus last) {
    var known = new TreeMap<String, Window>();
    var stuck = last == null ? null : last.stuckPods();
    if (stuck == null || stuck.attachedTime() == null) {
      return known;
    }
    var names = new TreeMap<String, List<String>>();
    for (String pod : stuck.pods()) {
      int slash = pod.indexOf('/');
      var namespace =
          slash < 0
              ? Objects.requireNonNullElse(observed.self().id().namespace(), "")
              : pod.substring(0, slash);
      names.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(pod.substring(slash + 1));
    }
    int others = stuck.count() - stuck.pods().size();
    for (var there : names.entrySet()) {
      int count = there.getValue().size() + others;
      others = 0;
      var found = new Found(count, List.copyOf(there.getValue()), List.of(), false);
      known.put(
          there.getKey(), new Window(stuck.attachedTime(), 1, observed.now(), found, Set.of()));
    }
    return known;
  }

  private static boolean isDue(@Nullable Window window, Instant now) {
    return window != null && !window.next().isAfter(now);
  }

  /** Whether nothing is left to look for: no Pod is stuck, or the namespace is none of its own. */
  private static boolean isOver(CredentialSnapshot observed, String name, @Nullable Window window) {
    return window == null
        || (window.looks() >= AFTER.size() && window.found().count() == 0)
        || observed.namespaces().stream()
            .noneMatch(namespace -> namespace.name().equals(name) && namespace.wanted());
  }

  /** Looks at these namespaces; returns how it stands in each then. */
  private Map<String, Window> look(
      CredentialSnapshot observed,
      List<NamespaceSnapshot> due,
      Map<String, Window> known,
      Instant now) {
    var attachments = new TreeMap<String, Attachment>();
    for (NamespaceSnapshot namespace : due) {
      StuckPods.attachment(observed.self(), namespace, now)
          .ifPresent(attachment -> attachments.put(namespace.name(), attachment));
    }
    var policy = Objects.requireNonNull(observed.self().spec()).stuckPods();
    var found = new HashMap<String, Found>();
    var later = new HashSet<String>();
    if (attachments.size() >= MANY_NAMESPACES) {
      if (pageBudget.take(ALL, now)) {
        found.putAll(find(Optional.empty(), attachments, known, policy));
      } else {
        later.addAll(attachments.keySet());
      }
    } else {
      attachments.forEach(
          (name, attachment) -> {
            if (pageBudget.take(name, now)) {
              found.putAll(find(Optional.of(name), Map.of(name, attachment), known, policy));
            } else {
              later.add(name);
            }
          });
    }
    var after = new TreeMap<String, Window>();
    for (NamespaceSnapshot namespace : due) {
      var name = namespace.name();
      var window = Objects.requireNonNull(known.get(name));
      after.put(
          name,
          later.contains(name)
              ? window.later(now)
              : window.looked(found.getOrDefault(name, Found.NOTHING), now));
    }
    return after;
  }

  /**
   * Finds the Pods that are stuck in one list.
   *
   * @param namespace the namespace that is listed; empty for all
   */
  private Map<String, Found> find(
      Optional<String> namespace,
      Map<String, Attachment> attachments,
      Map<String, Window> known,
      StuckPodsPolicy policy) {
    var sums = new TreeMap<String, Sum>();
    attachments.forEach(
        (name, attachment) ->
            sums.put(name, new Sum(attachment, Objects.requireNonNull(known.get(name)))));
    // The clock of the API server, which also gives Pods their time, may be another one.
    var skew = new AtomicReference<>(Duration.ZERO);
    try {
      int pages =
          pods.read(
              namespace,
              namespace.flatMap(
                  name -> Objects.requireNonNull(attachments.get(name)).onlyServiceAccount()),
              time -> skew.set(Duration.between(clock.instant(), time)),
              pod -> {
                var sum = sums.get(pod.namespace());
                if (sum != null) {
                  sum.add(pod, skew.get());
                }
              });
      pageBudget.charge(namespace.orElse(ALL), pages - 1, clock.instant());
      var found = new HashMap<String, Found>();
      sums.forEach((name, sum) -> found.put(name, sum.found(pods, policy)));
      return found;
    } catch (KubernetesClientException e) {
      var isForbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
      if (!isForbidden) {
        LOG.warn("Pods could not be listed ({}); it is tried again", e.getMessage());
      }
      var found = new HashMap<String, Found>();
      attachments
          .keySet()
          .forEach(
              name ->
                  found.put(
                      name,
                      isForbidden
                          ? new Found(0, List.of(), List.of(), true)
                          : Objects.requireNonNull(known.get(name)).found().withoutEvictions()));
      return found;
    }
  }

  /** What a list has of one namespace, while it comes in. */
  private static final class Sum {
    private final Attachment attachment;
    private final Instant attached;
    private final List<String> names = new ArrayList<>();
    private final Comparator<PodView> order;
    private final PriorityQueue<PodView> first;
    private int count;

    Sum(Attachment attachment, Window window) {
      this.attachment = attachment;
      this.attached = window.attached();
      // Those that can't be evicted keep none of the others from it.
      this.order =
          Comparator.comparing((PodView pod) -> window.tried().contains(pod.uid()))
              .thenComparing(PodView::created)
              .thenComparing(PodView::name);
      this.first = new PriorityQueue<>(order.reversed());
    }

    void add(PodView pod, Duration skew) {
      if (!StuckPods.isStuck(pod, attachment, attached.plus(skew))) {
        return;
      }
      count++;
      if (names.size() < NAMED) {
        names.add(pod.name());
      }
      first.add(pod.trimmed());
      if (first.size() > OLDEST) {
        first.remove();
      }
    }

    Found found(PendingPods pods, StuckPodsPolicy policy) {
      if (policy != StuckPodsPolicy.EVICT) {
        return new Found(count, List.copyOf(names), List.of(), false);
      }
      var jobs = new HashMap<String, Optional<JobView>>();
      var replaced =
          first.stream()
              .sorted(order)
              .filter(
                  pod ->
                      StuckPods.isReplaced(
                          pod,
                          job ->
                              jobs.computeIfAbsent(job, name -> pods.job(pod.namespace(), name))))
              .limit(REMEMBERED)
              .toList();
      return new Found(count, List.copyOf(names), replaced, false);
    }
  }

  private Window evict(
      Window window,
      String namespace,
      Instant now,
      boolean isRecorded,
      List<Action.EvictPod> evictions) {
    var first = window.attached().plus(StuckPods.EVICTION_DELAY);
    if (now.isBefore(first)) {
      return window;
    }
    if (!isRecorded) {
      return window.at(now.plus(ONCE_RECORDED));
    }
    var tried = new HashSet<String>();
    for (PodView pod : window.found().oldest()) {
      if (!evictionBudget.take(namespace, now)) {
        break;
      }
      evictions.add(StuckPods.eviction(pod));
      tried.add(pod.uid());
    }
    var again = now.plus(WHILE_EVICTING);
    return window.tried(tried).at(window.next().isBefore(again) ? window.next() : again);
  }

  /** What all looks together have found. */
  private StuckPodsReport report(
      CredentialSnapshot observed, Map<String, Window> known, StuckPodsPolicy policy) {
    var isClusterWide = observed.self().id().namespace() == null;
    var names =
        known.entrySet().stream()
            .flatMap(
                there ->
                    there.getValue().found().names().stream()
                        .map(name -> isClusterWide ? there.getKey() + "/" + name : name))
            .limit(NAMED)
            .toList();
    int count = known.values().stream().mapToInt(window -> window.found().count()).sum();
    var isForbidden = known.values().stream().anyMatch(window -> window.found().isForbidden());
    return new StuckPodsReport(
        count,
        names,
        attached(known),
        isForbidden ? UNKNOWN : count == 0 ? "" : advice(known, policy));
  }

  /** The first of the times, so that after a restart no Pod is evicted that came later. */
  private static @Nullable Instant attached(Map<String, Window> known) {
    return known.values().stream()
        .filter(window -> window.found().count() > 0)
        .map(Window::attached)
        .min(Comparator.naturalOrder())
        .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
        .orElse(null);
  }

  private String advice(Map<String, Window> known, StuckPodsPolicy policy) {
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
