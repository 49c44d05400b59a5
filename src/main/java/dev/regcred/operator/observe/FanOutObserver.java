package dev.regcred.operator.observe;

import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.client.Parallel;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.memory.NamespaceBackoffs;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.plan.credential.SecretSnapshot;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An observer looks once at a cluster-wide credential in all of its namespaces: those that it
 * selects, and those where something of it is left.
 */
final class FanOutObserver {
  private final CredentialObserver observer;
  private final ClusterView cache;
  private final NamespaceBackoffs backoffs;
  private final Parallel parallel;
  private final Instant now;

  FanOutObserver(
      CredentialObserver observer,
      ClusterView cache,
      NamespaceBackoffs backoffs,
      Parallel parallel,
      Instant now) {
    this.observer = observer;
    this.cache = cache;
    this.backoffs = backoffs;
    this.parallel = parallel;
    this.now = now;
  }

  CredentialSnapshot observe(ClusterRegistryCredential credential) {
    var namespaces = namespaces(credential);
    var self = observer.credential(credential, hasLostMarks(credential, namespaces));
    return new CredentialSnapshot(
        self,
        parallel.map(
            List.copyOf(namespaces.entrySet()),
            entry -> namespace(self, entry.getKey(), entry.getValue())),
        now);
  }

  /** The namespaces that it has to do with, and whether it is written there. */
  private Map<String, Boolean> namespaces(ClusterRegistryCredential credential) {
    var namespaces = new TreeMap<String, Boolean>();
    cache.selectedNamespaces(credential).forEach(namespace -> namespaces.put(namespace, true));
    // Of a spec that can't be read it is not known which it selects: it stays where it is.
    var isKept = credential.getSpec() == null;
    var ref = new CredentialRef(credential.getKind(), credential.getMetadata().getName());
    cache.namespacesKeptFor(ref).forEach(namespace -> namespaces.putIfAbsent(namespace, isKept));
    var status = credential.getStatus();
    var secret = status == null ? null : status.secretName();
    if (secret != null) {
      // A Secret that is gone may still be attached.
      cache.namespacesAttachedTo(secret).stream()
          .filter(namespace -> cache.secret(namespace, secret).isEmpty())
          .forEach(namespace -> namespaces.putIfAbsent(namespace, isKept));
    }
    return namespaces;
  }

  /** A Secret without mark is known by its content. */
  private boolean hasLostMarks(
      ClusterRegistryCredential credential, Map<String, Boolean> namespaces) {
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

  /** One that can't be read now is left out as one that can't be written. */
  private NamespaceSnapshot namespace(CredentialView self, String namespace, boolean wanted) {
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
