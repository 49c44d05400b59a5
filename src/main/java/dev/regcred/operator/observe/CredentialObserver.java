package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.memory.DriftHistory;
import dev.regcred.operator.source.SecretReader;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.credential.Contention;
import dev.regcred.plan.credential.CredentialChecks;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.NamespaceBackoff;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.plan.credential.SecretSnapshot;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An observer looks once at a credential, the pull Secrets that it has a part in and all that share
 * them.
 *
 * @see SecretReader
 */
final class CredentialObserver {
  /**
   * How many credentials that a mark names, and no watch knows, the API server is asked for in one
   * look. There are none but for the moment in which the watch of credentials is behind that of
   * Secrets.
   */
  static final int MAX_ASKED = 4;

  /**
   * How many Secrets of a namespace that are not its target any more a look at a credential takes
   * in; the others come when these are gone. There is one but for a target that was renamed again
   * and again while no operator ran, or somebody who puts the mark on as many as he likes.
   */
  static final int MAX_LEFTOVERS = 4;

  /** How many are read for that: one of another type than a pull Secret's is none. */
  static final int MAX_LEFTOVERS_READ = 32;

  private final AtomicInteger asked = new AtomicInteger();
  private final ObjectRequests requests;
  private final ClusterView cache;
  private final DriftHistory drift;
  private final Instant now;
  private final SecretReader reader;
  private final CredentialViews views;
  private final AccountGate accounts;

  /**
   * An observer for one look.
   *
   * @param sourceNamespace where the sources of cluster-wide credentials are
   */
  CredentialObserver(
      ObjectRequests requests,
      ClusterView cache,
      DriftHistory drift,
      Instant now,
      SecretReader reader,
      String sourceNamespace,
      AccountGate accounts) {
    this.requests = requests;
    this.cache = cache;
    this.drift = drift;
    this.now = now;
    this.reader = reader;
    this.views = new CredentialViews(cache, reader, now, sourceNamespace);
    this.accounts = accounts;
  }

  /** One that is written in its own namespace. */
  CredentialSnapshot observe(RegistryCredential credential) {
    var namespace = credential.getMetadata().getNamespace();
    var self = views.self(credential);
    var recorded = self.lastStatus().secretName();
    var current = recorded == null ? null : cache.secret(namespace, recorded).orElse(null);
    if (CredentialChecks.needsSources(self, now)
        || (current != null && current.markEntries().isEmpty())) {
      self = withValues(credential, self); // One that has lost its mark is known by its content.
    }
    return new CredentialSnapshot(self, List.of(namespace(self, namespace, true, null)), now);
  }

  /** The view of a cluster-wide credential, without its namespaces. */
  CredentialView credential(ClusterRegistryCredential credential, boolean hasLostMarks) {
    var self = views.self(credential);
    return CredentialChecks.needsSources(self, now) || hasLostMarks
        ? withValues(credential, self)
        : self;
  }

  private CredentialView withValues(
      LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> credential,
      CredentialView self) {
    var read = views.withValues(self);
    return read.isVerifiedFirst() && CredentialChecks.needsSources(read, now)
        ? read.with(accounts.admission(credential, read, now))
        : read;
  }

  /** What there is of a credential in a namespace. */
  NamespaceSnapshot namespace(
      CredentialView self, String namespace, boolean wanted, @Nullable NamespaceBackoff backoff) {
    var target = secret(self, namespace, self.secretName());
    var leftovers = leftoverNames(self, namespace);
    var known = new ArrayList<SecretSnapshot>();
    var read = 0;
    while (read < leftovers.size() && read < MAX_LEFTOVERS_READ && known.size() < MAX_LEFTOVERS) {
      var leftover = secret(self, namespace, leftovers.get(read++));
      if (leftover.isLeftBy(self)) {
        known.add(leftover);
      }
    }
    return new NamespaceSnapshot(
        namespace,
        wanted,
        target,
        known,
        read < leftovers.size(),
        cache.isTerminating(namespace),
        backoff);
  }

  private SecretSnapshot secret(CredentialView self, String namespace, String name) {
    var current = reader.pullSecret(namespace, name);
    var others = others(self, namespace, name, current);
    var serviceAccounts = serviceAccounts(namespace, name, self, others);
    return new SecretSnapshot(
        name,
        current,
        others,
        unserved(current),
        serviceAccounts.stream().map(ServiceAccountMetadata::view).toList(),
        drift.contention(namespace, name, current),
        contentions(serviceAccounts));
  }

  /**
   * Those whose spec names the Secret, and those that its mark names. Of more than a Secret is ever
   * kept for those that have a part in it count, and else the oldest.
   */
  private List<CredentialView> others(
      CredentialView self, String namespace, String name, @Nullable PullSecret current) {
    var marked = current == null ? Set.<CredentialRef>of() : Set.copyOf(current.contributors());
    var others = new LinkedHashMap<CredentialRef, CredentialView>();
    Stream.concat(
            cache.credentialsOfSecret(namespace, name).stream(),
            cache.clusterCredentialsOfSecret(name).stream()
                .filter(other -> cache.isSelected(other, namespace)))
        .sorted(
            Comparator.comparing(
                    (LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> c) ->
                        !marked.contains(contributor(c)))
                // Of RFC 3339 in UTC and seconds, whose order is that of the texts.
                .thenComparing(c -> c.getMetadata().getCreationTimestamp())
                .thenComparing(c -> c.getMetadata().getName()))
        .limit(OwnershipMark.MAX_ENTRIES + 1L)
        .filter(other -> !contributor(other).equals(self.ref())) // It counts, but is no other.
        .forEach(other -> others.put(contributor(other), views.withoutValues(other, true)));
    for (CredentialRef ref : marked) {
      if (!others.containsKey(ref) && !ref.equals(self.ref())) {
        marked(ref, namespace).ifPresent(other -> others.put(ref, other));
      }
    }
    return views.withValues(others.values());
  }

  /** An operator that is limited to some namespaces knows no cluster-wide credential. */
  private List<CredentialRef> unserved(@Nullable PullSecret current) {
    return current == null || cache.servesClusterWide()
        ? List.of()
        : current.contributors().stream().filter(CredentialRef::isClusterWide).toList();
  }

  private static CredentialRef contributor(LifecycleResource<?, ?> credential) {
    return new CredentialRef(credential.getKind(), credential.getMetadata().getName());
  }

  private Optional<CredentialView> marked(CredentialRef ref, String namespace) {
    if (ref.kind().equals(HasMetadata.getKind(RegistryCredential.class))) {
      return marked(namespace, ref.name()).map(other -> views.withoutValues(other, true));
    }
    return ref.kind().equals(HasMetadata.getKind(ClusterRegistryCredential.class))
        ? cache
            .clusterCredential(ref.name())
            .map(other -> views.withoutValues(other, cache.isSelected(other, namespace)))
        : Optional.empty();
  }

  /**
   * One that the watch does not know of may be younger than its last event, so that the API server
   * has the last word; but not for every name that anybody writes into a mark.
   */
  private Optional<RegistryCredential> marked(String namespace, String name) {
    var known = cache.credential(namespace, name);
    return known.isPresent() || asked.incrementAndGet() > MAX_ASKED
        ? known
        : requests.get(RegistryCredential.class, namespace, name);
  }

  /** Those that the Secret is attached to, and those that one of the credentials selects. */
  private List<ServiceAccountMetadata> serviceAccounts(
      String namespace, String secret, CredentialView self, List<CredentialView> others) {
    var serviceAccounts = new TreeMap<String, ServiceAccountMetadata>();
    cache
        .serviceAccountsWith(namespace, secret)
        .forEach(
            serviceAccount ->
                serviceAccounts.put(serviceAccount.getMetadata().getName(), serviceAccount));
    var specs =
        Stream.concat(Stream.of(self), others.stream())
            .<CredentialSpec>mapMulti(
                (credential, all) -> {
                  if (credential.spec() != null) {
                    all.accept(credential.spec());
                  }
                })
            .toList();
    selected(namespace, specs)
        .filter(serviceAccount -> serviceAccount.ignored().isEmpty())
        .forEach(
            serviceAccount ->
                serviceAccounts.put(serviceAccount.getMetadata().getName(), serviceAccount));
    return List.copyOf(serviceAccounts.values());
  }

  private Map<String, Contention> contentions(List<ServiceAccountMetadata> serviceAccounts) {
    var contentions = new HashMap<String, Contention>();
    for (ServiceAccountMetadata serviceAccount : serviceAccounts) {
      var contention = drift.contention(serviceAccount);
      if (contention != null) {
        contentions.put(serviceAccount.getMetadata().getName(), contention);
      }
    }
    return contentions;
  }

  /**
   * Those that one of several credentials selects. All there are in the namespace are looked at
   * once, however many of the credentials have a selector.
   */
  private Stream<ServiceAccountMetadata> selected(String namespace, List<CredentialSpec> specs) {
    var selecting = specs.stream().filter(spec -> spec.serviceAccountSelector() != null).toList();
    var bySelector =
        selecting.isEmpty()
            ? Stream.<ServiceAccountMetadata>empty()
            : cache.serviceAccounts(namespace).stream()
                .filter(
                    serviceAccount -> {
                      var name = serviceAccount.getMetadata().getName();
                      var labels = Secrets.orEmpty(serviceAccount.getMetadata().getLabels());
                      return selecting.stream().anyMatch(spec -> spec.selects(name, labels));
                    });
    var byName =
        specs.stream()
            .filter(spec -> spec.serviceAccountSelector() == null)
            .flatMap(spec -> spec.serviceAccounts().stream())
            .distinct()
            .flatMap(name -> cache.serviceAccount(namespace, name).stream());
    return Stream.concat(bySelector, byName);
  }

  /**
   * The names of leftovers, by the status for a Secret that is gone but may still be attached; by
   * the marks; and by the ServiceAccounts that the credential selects.
   */
  private List<String> leftoverNames(CredentialView self, String namespace) {
    var names = new LinkedHashSet<String>();
    var recorded = self.lastStatus().secretName();
    if (recorded != null) {
      names.add(recorded);
    }
    names.addAll(cache.secretsKeptFor(namespace, self.ref()));
    attachedTo(self, namespace).forEach(names::add);
    names.remove(self.secretName());
    // Whoever puts our mark on a source does not make it ours.
    if (self.spec() != null && namespace.equals(views.sourceNamespace(self))) {
      self.spec().sourceSecrets().forEach(names::remove);
    }
    return List.copyOf(names);
  }

  /**
   * The names that ServiceAccounts were attached to and of which neither a Secret nor a credential
   * is known. An operator that is limited to some namespaces does not know all credentials.
   */
  private Stream<String> attachedTo(CredentialView self, String namespace) {
    return cache.servesClusterWide() && self.spec() != null
        ? selected(namespace, List.of(self.spec()))
            .flatMap(serviceAccount -> serviceAccount.attached().stream())
            .filter(name -> cache.secret(namespace, name).isEmpty())
            .filter(name -> cache.credentialsOfSecret(namespace, name).isEmpty())
            .filter(
                name ->
                    cache.clusterCredentialsOfSecret(name).stream()
                        .noneMatch(other -> cache.isSelected(other, namespace)))
        : Stream.empty();
  }
}
