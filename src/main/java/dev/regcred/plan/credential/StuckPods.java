package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.ServiceAccountView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a Pod is stuck for want of a credential's pull Secret, and by which it may be
 * evicted, so that its controller makes another one, which has it.
 *
 * <pre>
 *            pull Secret attached
 *  created          |  +10 s                 +30 s
 *  ----------- stuck ----|------- never ------|- the first eviction -->  its successor: never
 * </pre>
 *
 * <p>A successor is created after the first eviction, and so too late to be stuck by these rules,
 * whatever it waits for: no Pod is evicted that was made in the place of one that was.
 */
public final class StuckPods {
  /**
   * How long after the pull Secret was attached Pods may still be created without it: until every
   * API server has heard of that.
   */
  static final Duration SPREAD = PodAttachment.HANDOVER;

  /** How long after that the first Pod is evicted. */
  public static final Duration EVICTION_DELAY = Duration.ofSeconds(30);

  /** In it nothing is evicted: what runs there keeps the cluster running. */
  private static final String KUBE_SYSTEM = "kube-system";

  private static final String JOB = "batch/Job";

  /** The controllers that make another Pod in the place of one that is gone. */
  private static final Set<String> REPLACING =
      Set.of("apps/ReplicaSet", "apps/StatefulSet", "apps/DaemonSet", "ReplicationController", JOB);

  private StuckPods() {}

  /**
   * How new Pods of a namespace get the pull Secret.
   *
   * @param namespace the namespace
   * @param secret the pull Secret
   * @param keyring the servers that it has the credential's account for
   * @param serviceAccounts the lists of those ServiceAccounts that give it to their Pods, by name;
   *     null where the API server gives it to Pods
   * @param podSelector the Pods that the API server gives it to; null for all
   */
  public record Attachment(
      String namespace,
      String secret,
      Keyring keyring,
      @Nullable Map<String, List<String>> serviceAccounts,
      @Nullable LabelSelector podSelector) {

    /** The only ServiceAccount whose Pods get it; empty where there are several, or any may. */
    public Optional<String> onlyServiceAccount() {
      return serviceAccounts != null && serviceAccounts.size() == 1
          ? Optional.of(serviceAccounts.keySet().iterator().next())
          : Optional.empty();
    }

    /** Whether a Pod would get it if it were created now. */
    private boolean reaches(PodView pod) {
      if (serviceAccounts == null) {
        return !pod.isMirror() && (podSelector == null || podSelector.matches(pod.labels()));
      }
      // A Pod with a list of its own gets none of its ServiceAccount's.
      var given = serviceAccounts.get(pod.serviceAccount());
      return given != null && given.containsAll(pod.pullSecrets());
    }
  }

  /**
   * How new Pods of a namespace get the pull Secret of a credential that is in use there; empty
   * where they do not, or where it does not hold the credential's entry.
   */
  public static Optional<Attachment> attachment(
      CredentialView self, NamespaceSnapshot namespace, Instant now) {
    var spec = self.spec();
    var server = self.lastStatus().serverAddress();
    var target = namespace.target();
    if (spec == null || server == null || !namespace.wanted() || !target.isHeldBy(self.ref())) {
      return Optional.empty();
    }
    var keyring = Keyring.of(List.of(server));
    if (PodAttachment.since(self, now) != null) {
      return Optional.of(
          new Attachment(namespace.name(), target.name(), keyring, null, spec.podSelector()));
    }
    var giving =
        target.serviceAccounts().stream()
            .filter(account -> spec.selects(account.name(), account.labels()))
            .filter(account -> account.names(target.name()))
            .collect(
                Collectors.toMap(
                    ServiceAccountView::name,
                    account -> Optional.ofNullable(account.pullSecrets()).orElse(List.of())));
    return giving.isEmpty()
        ? Optional.empty()
        : Optional.of(new Attachment(namespace.name(), target.name(), keyring, giving, null));
  }

  /**
   * The namespaces in which the pull Secret is attached by a plan for what was observed: Pods that
   * are there go without. What somebody took out and is put back is no such moment; else who takes
   * it out again and again would have Pods evicted again and again.
   */
  public static List<String> attachedNow(CredentialSnapshot observed, Plan plan) {
    var isNew =
        observed.self().lastStatus().observedGeneration() != observed.self().id().generation();
    var isByPolicyNow =
        plan.published().podsAttachedTime() != null
            && observed.self().lastStatus().podsAttachedTime() == null;
    var written = isNew || isByPolicyNow ? Map.<String, Set<String>>of() : written(observed, plan);
    return observed.namespaces().stream()
        .filter(NamespaceSnapshot::wanted)
        .filter(
            namespace ->
                isNew
                    || isByPolicyNow
                    || isAttachedTo(
                        observed.self(),
                        namespace,
                        written.getOrDefault(namespace.name(), Set.of())))
        .map(NamespaceSnapshot::name)
        .toList();
  }

  /** The ServiceAccounts that a plan writes, by their namespace. */
  private static Map<String, Set<String>> written(CredentialSnapshot observed, Plan plan) {
    var own = observed.self().id().namespace();
    var written = new HashMap<String, Set<String>>();
    for (Action action : plan.actions()) {
      if (action instanceof Action.InNamespaces(var batches)) {
        batches.forEach(batch -> written.put(batch.namespace(), serviceAccounts(batch.actions())));
      }
    }
    if (own != null) {
      written.put(own, serviceAccounts(plan.actions()));
    }
    return written;
  }

  private static Set<String> serviceAccounts(List<Action> actions) {
    return actions.stream()
        .flatMap(
            action ->
                action instanceof Action.WriteAttachment(var write)
                    ? Stream.of(write.serviceAccount())
                    : Stream.empty())
        .collect(Collectors.toSet());
  }

  private static boolean isAttachedTo(
      CredentialView self, NamespaceSnapshot namespace, Set<String> written) {
    var spec = self.spec();
    var target = namespace.target();
    return spec != null
        && target.serviceAccounts().stream()
            .filter(account -> written.contains(account.name()))
            .filter(account -> spec.selects(account.name(), account.labels()))
            .anyMatch(
                account -> !account.names(target.name()) && !account.isAttached(target.name()));
  }

  /**
   * Whether a Pod is stuck for want of the pull Secret. The kubelet's message is not read: it is
   * the registry's, and as often wrong.
   *
   * @param attached when the pull Secret was attached, by the clock of the API server
   */
  public static boolean isStuck(PodView pod, Attachment attachment, Instant attached) {
    return !pod.isDeleting()
        && !pod.created().isAfter(attached.plus(SPREAD))
        && !pod.pullSecrets().contains(attachment.secret())
        && attachment.reaches(pod)
        && pod.waitingImages().stream()
            .anyMatch(image -> !attachment.keyring().lookup(image).isEmpty());
  }

  /**
   * Whether a Pod's controller makes another one in its place.
   *
   * @param jobs asked for the Job that it belongs to, if it does; empty where that is not known
   */
  public static boolean isReplaced(PodView pod, Function<String, Optional<JobView>> jobs) {
    var owner = pod.owner();
    if (owner == null
        || !CredentialRef.isName(owner.name()) // Nobody checks it: it may be a path to elsewhere.
        || pod.isMirror()
        || pod.namespace().equals(KUBE_SYSTEM)
        || !REPLACING.contains(owner.groupAndKind())) {
      return false;
    }
    return !owner.groupAndKind().equals(JOB)
        || jobs.apply(owner.name()).filter(JobView::outlivesEviction).isPresent();
  }

  /** The eviction of a Pod as it was seen. */
  public static Action.EvictPod eviction(PodView pod) {
    return new Action.EvictPod(pod.namespace(), pod.name(), pod.uid(), pod.resourceVersion());
  }

  /**
   * A Job, to which a Pod that is evicted counts as one that failed.
   *
   * @param failed how many of its Pods have failed
   * @param backoffLimit how many may
   * @param hasOtherRules whether it has a policy for failed Pods, or a limit for each index, by
   *     which one may end it
   */
  public record JobView(int failed, int backoffLimit, boolean hasOtherRules) {
    boolean outlivesEviction() {
      return !hasOtherRules && failed < backoffLimit;
    }
  }
}
