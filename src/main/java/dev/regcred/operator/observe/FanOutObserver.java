package dev.regcred.operator.observe;

import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.client.Parallel;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.memory.NamespaceBackoffs;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.plan.credential.PlannedCredential;
import dev.regcred.plan.credential.SecretSnapshot;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An observer looks once at a cluster-wide credential: at itself first, then at each of its
 * namespaces, which are those that it selects, and those where something of it is left.
 */
public final class FanOutObserver {
  private final ClusterRegistryCredential credential;
  private final CredentialObserver observer;
  private final ClusterView cache;
  private final NamespaceBackoffs backoffs;
  private final Parallel parallel;
  private final Instant now;
  private final Map<String, Boolean> namespaces;
  private final CredentialView self;

  /**
   * Looks at the credential itself.
   *
   * @throws KubernetesClientException if its sources can't be read
   */
  FanOutObserver(
      ClusterRegistryCredential credential,
      CredentialObserver observer,
      ClusterView cache,
      NamespaceBackoffs backoffs,
      Parallel parallel,
      Instant now) {
    this.credential = credential;
    this.observer = observer;
    this.cache = cache;
    this.backoffs = backoffs;
    this.parallel = parallel;
    this.now = now;
    this.namespaces = namespaces();
    this.self = observer.credential(credential, hasLostMarks());
    cache.requireRunning();
  }

  /** The credential without its namespaces. */
  public PlannedCredential credential() {
    return new PlannedCredential(self, now);
  }

  /** The names of its namespaces, in their order. */
  public List<String> names() {
    return List.copyOf(namespaces.keySet());
  }

  /** The credential with all of its namespaces. */
  public CredentialSnapshot all() {
    return new CredentialSnapshot(self, parallel.map(names(), this::namespace), now);
  }

  /**
   * What there is of it in one of its namespaces. One that can't be read now is left out as one
   * that can't be written.
   */
  public NamespaceSnapshot namespace(String name) {
    var namespace = parallel.limited(() -> namespace(name, namespaces.getOrDefault(name, false)));
    cache.requireRunning();
    return namespace;
  }

  /** Whether the credential is known to have been declared otherwise meanwhile, or deleted. */
  public boolean isOutdated() {
    return cache
        .clusterCredential(self.id().name())
        .filter(known -> known.getMetadata().getUid().equals(self.id().uid()))
        .filter(
            known ->
                known.getMetadata().getGeneration() > self.id().generation()
                    || (known.isMarkedForDeletion() && !self.id().deleting()))
        .isPresent();
  }

  /** The namespaces that it has to do with, and whether it is written there. */
  private Map<String, Boolean> namespaces() {
    var found = new TreeMap<String, Boolean>();
    cache.selectedNamespaces(credential).forEach(namespace -> found.put(namespace, true));
    // Of a spec that can't be read it is not known which it selects: it stays where it is.
    var isKept = credential.getSpec() == null;
    var ref = new CredentialRef(credential.getKind(), credential.getMetadata().getName());
    cache.namespacesKeptFor(ref).forEach(namespace -> found.putIfAbsent(namespace, isKept));
    var status = credential.getStatus();
    var secret = status == null ? null : status.secretName();
    if (secret != null) {
      // A Secret that is gone may still be attached.
      cache.namespacesAttachedTo(secret).stream()
          .filter(namespace -> cache.secret(namespace, secret).isEmpty())
          .forEach(namespace -> found.putIfAbsent(namespace, isKept));
    }
    return found;
  }

  /** A Secret without mark is known by its content. */
  private boolean hasLostMarks() {
    var status = credential.getStatus();
    var secret = status == null ? null : status.secretName();
    return secret != null
        && namespaces.keySet().stream()
            .anyMatch(
                namespace ->
                    cache
                        .secret(namespace, secret)
                        .filter(current -> current.markEntries().isEmpty())
                        .isPresent());
  }

  private NamespaceSnapshot namespace(String namespace, boolean wanted) {
    var uid = self.id().uid();
    var backoff = backoffs.backoff(uid, self.id().generation(), namespace);
    try {
      if (backoff == null || !backoff.until().isAfter(now)) {
        return observer.namespace(self, namespace, wanted, null);
      }
    } catch (KubernetesClientException e) {
      backoff =
          backoffs.recordFailure(
              uid, self.id().generation(), namespace, FailureClassifier.classifyRead(e));
    }
    return new NamespaceSnapshot(
        namespace,
        wanted,
        new SecretSnapshot(
            self.secretName(), null, List.of(), List.of(), List.of(), null, Map.of()),
        List.of(),
        false,
        cache.isTerminating(namespace),
        backoff);
  }
}
