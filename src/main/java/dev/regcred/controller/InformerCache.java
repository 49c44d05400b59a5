package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.cluster.ClusterCache;
import dev.regcred.cluster.PullingAccount;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.plan.NamespaceSelection;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@link ClusterCache} over the caches of the controllers' own watches. */
public final class InformerCache implements ClusterCache {
  private static final String BY_REGISTRY = "registry";
  private static final String BY_CLUSTER_REGISTRY = "cluster-registry";
  private static final String BY_SECRET = "secret";
  private static final String BY_ADDRESS = "address";
  private static final String BY_ACCOUNT = "account";
  private static final String BY_NAMESPACE = "in-namespace";

  /** In the place of a name: a selector may select any ServiceAccount of the namespace. */
  private static final String ANY = "*";

  private @Nullable IndexerResourceCache<Registry> registries;
  private @Nullable IndexerResourceCache<RegistryCredential> credentials;
  private final SecretCache secrets = new SecretCache();
  private final AccountCache accounts = new AccountCache();
  private final ClusterWideCache clusterWide;
  private Consumer<ResourceID> concerned = _ -> {};
  private Consumer<ResourceID> concernedClusterWide = _ -> {};
  private volatile boolean isStopping;

  /**
   * @param selection which namespaces are left out unless they are named
   * @param isClusterWide whether all namespaces are watched, and the cluster-wide kinds with them
   */
  public InformerCache(NamespaceSelection selection, boolean isClusterWide) {
    this.clusterWide = new ClusterWideCache(selection, isClusterWide);
  }

  ClusterWideCache clusterWide() {
    return clusterWide;
  }

  void useRegistries(IndexerResourceCache<Registry> cache) {
    cache.addIndexer(
        BY_ADDRESS,
        registry ->
            address(registry)
                .map(address -> List.of(key(registry, address.value())))
                .orElse(List.of()));
    registries = cache;
  }

  void useCredentials(IndexerResourceCache<RegistryCredential> cache) {
    cache.addIndexer(BY_REGISTRY, InformerCache::registryKey);
    cache.addIndexer(BY_SECRET, InformerCache::secretKeys);
    cache.addIndexer(BY_ACCOUNT, InformerCache::accountKeys);
    cache.addIndexer(BY_CLUSTER_REGISTRY, InformerCache::clusterRegistryKey);
    cache.addIndexer(
        BY_NAMESPACE,
        credential ->
            clusterRegistryKey(credential).isEmpty()
                ? List.of()
                : List.of(credential.getMetadata().getNamespace()));
    credentials = cache;
  }

  SecretCache secrets() {
    return secrets;
  }

  AccountCache accounts() {
    return accounts;
  }

  /** To be called before the watches are stopped: the SDK empties them under running passes. */
  public void stop() {
    isStopping = true;
  }

  @Override
  public void requireRunning() {
    if (isStopping) {
      throw new RetryLaterException("The operator stops", null);
    }
  }

  /**
   * @param concerned told of each credential whose part in a Secret was changed for it
   */
  void onChangedPart(Consumer<ResourceID> concerned) {
    this.concerned = concerned;
  }

  /** The same for cluster-wide credentials. */
  void onChangedPartOfClusterWide(Consumer<ResourceID> told) {
    this.concernedClusterWide = told;
  }

  /** All credentials of both scopes, for counting. */
  public Stream<LifecycleResource<?, ? extends LifecycleStatus>> credentials() {
    return Stream.concat(
        credentials == null ? Stream.empty() : credentials.list(), clusterWide.credentials());
  }

  @Override
  public Optional<Registry> registry(String namespace, String name) {
    return started(registries).get(new ResourceID(name, namespace));
  }

  @Override
  public List<Registry> registriesAt(String namespace, ServerAddress address) {
    return started(registries).byIndex(BY_ADDRESS, namespace + "/" + address.value()).stream()
        // The index is of the watch alone; a status that we just wrote may be newer.
        .map(r -> registry(namespace, r.getMetadata().getName()).orElse(r))
        .toList();
  }

  @Override
  public Optional<RegistryCredential> credential(String namespace, String name) {
    return started(credentials).get(new ResourceID(name, namespace));
  }

  @Override
  public List<RegistryCredential> credentialsOf(String namespace, String registryName) {
    return started(credentials).byIndex(BY_REGISTRY, namespace + "/" + registryName).stream()
        .map(this::newest)
        .toList();
  }

  /** The index is of the watch alone; a status that we just wrote may be newer. */
  private RegistryCredential newest(RegistryCredential indexed) {
    var metadata = indexed.getMetadata();
    return credential(metadata.getNamespace(), metadata.getName()).orElse(indexed);
  }

  /** The credentials that read or write a Secret, by their spec. */
  List<RegistryCredential> credentialsUsing(String namespace, String secretName) {
    return credentials == null
        ? List.of()
        : credentials.byIndex(BY_SECRET, namespace + "/" + secretName);
  }

  /** The other Registries that want the address of this one. */
  Set<ResourceID> rivalsOf(Registry registry) {
    return address(registry).stream()
        .flatMap(a -> registriesAt(registry.getMetadata().getNamespace(), a).stream())
        .map(ResourceID::fromResource)
        .filter(other -> !other.equals(ResourceID.fromResource(registry)))
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<SecretMetadata> secret(String namespace, String name) {
    return secrets.get(new ResourceID(name, namespace));
  }

  @Override
  public Optional<ClusterRegistry> clusterRegistry(String name) {
    return clusterWide.registry(name);
  }

  @Override
  public List<ClusterRegistry> clusterRegistriesAt(ServerAddress address) {
    return clusterWide.registriesAt(address);
  }

  @Override
  public Optional<ClusterRegistryCredential> clusterCredential(String name) {
    return clusterWide.credential(name);
  }

  @Override
  public List<ClusterRegistryCredential> clusterCredentialsOf(String registryName) {
    return clusterWide.credentialsOf(registryName);
  }

  @Override
  public List<RegistryCredential> credentialsOfClusterRegistry(String registryName) {
    return started(credentials).byIndex(BY_CLUSTER_REGISTRY, registryName).stream()
        .map(this::newest)
        .toList();
  }

  /** The credentials of a namespace that refer to a ClusterRegistry. */
  List<RegistryCredential> credentialsOfClusterRegistriesIn(String namespace) {
    return credentials == null ? List.of() : credentials.byIndex(BY_NAMESPACE, namespace);
  }

  @Override
  public List<ClusterRegistryCredential> clusterCredentialsOfSecret(String secretName) {
    return clusterWide.credentialsOfSecret(secretName);
  }

  @Override
  public List<String> selectedNamespaces(ClusterRegistryCredential credential) {
    return clusterWide.selectedNamespaces(credential);
  }

  @Override
  public boolean isSelected(ClusterRegistryCredential credential, String namespace) {
    return clusterWide.isSelected(credential, namespace);
  }

  @Override
  public Map<String, String> labelsOf(String namespace) {
    return clusterWide.labelsOf(namespace);
  }

  @Override
  public Set<String> namespacesKeptFor(Contributor contributor) {
    return secrets.namespacesKeptFor(contributor);
  }

  @Override
  public Set<String> namespacesAttachedTo(String secretName) {
    return accounts.namespacesWith(secretName);
  }

  @Override
  public List<String> secretsKeptFor(String namespace, Contributor contributor) {
    return secrets.keptFor(namespace, contributor);
  }

  @Override
  public List<RegistryCredential> credentialsOfSecret(String namespace, String secretName) {
    return credentialsUsing(namespace, secretName).stream()
        .map(this::newest)
        .filter(
            c ->
                c.getSpec() != null
                    && c.getSpec().secretName(c.getMetadata().getName()).equals(secretName))
        .toList();
  }

  /** The credentials whose spec may select a ServiceAccount. */
  Stream<RegistryCredential> credentialsSelecting(String namespace, String account) {
    return credentials == null
        ? Stream.empty()
        : Stream.concat(
            credentials.byIndex(BY_ACCOUNT, namespace + "/" + account).stream(),
            credentials.byIndex(BY_ACCOUNT, namespace + "/" + ANY).stream());
  }

  @Override
  public List<PullingAccount> accountsWith(String namespace, String secretName) {
    return accounts.with(namespace, secretName);
  }

  @Override
  public Optional<PullingAccount> account(String namespace, String name) {
    return accounts.get(namespace, name);
  }

  @Override
  public List<PullingAccount> accounts(String namespace) {
    return accounts.in(namespace);
  }

  @Override
  public boolean isTerminating(String namespace) {
    return clusterWide.isTerminating(namespace);
  }

  @Override
  public void written(PullingAccount account, String before) {
    var namespace = account.getMetadata().getNamespace();
    // One that was planned at the same time may have counted on what is gone now.
    accounts.written(account, before).stream()
        .flatMap(secret -> wanting(namespace, secret))
        .forEach(contributor -> tell(contributor, namespace));
  }

  @Override
  public void written(Secret secret, Optional<String> before, Contributor writer) {
    var id = ResourceID.fromResource(secret);
    var namespace = secret.getMetadata().getNamespace();
    var after = SecretMetadata.of(secret.getMetadata());
    var changed = secrets.changedParts(id, after);
    if (!secrets.isMarked(id)) {
      wanting(namespace, id.getName()).forEach(changed::add); // It became ours.
    }
    secrets.notice(id, after, before);
    changed.remove(writer);
    changed.forEach(contributor -> tell(contributor, namespace));
  }

  /** The credentials of both scopes that name a Secret. */
  private Stream<Contributor> wanting(String namespace, String secretName) {
    return Stream.concat(
            credentialsOfSecret(namespace, secretName).stream(),
            clusterCredentialsOfSecret(secretName).stream()
                .filter(credential -> isSelected(credential, namespace)))
        .map(c -> new Contributor(c.getKind(), c.getMetadata().getName()));
  }

  private void tell(Contributor contributor, String namespace) {
    if (contributor.isClusterWide()) {
      concernedClusterWide.accept(new ResourceID(contributor.name()));
    } else {
      concerned.accept(new ResourceID(contributor.name(), namespace));
    }
  }

  private static List<String> registryKey(RegistryCredential credential) {
    var spec = credential.getSpec();
    return spec == null || spec.registryRef().kind() != RegistryKind.REGISTRY
        ? List.of()
        : List.of(key(credential, spec.registryRef().name()));
  }

  private static List<String> clusterRegistryKey(RegistryCredential credential) {
    var spec = credential.getSpec();
    return spec == null || spec.registryRef().kind() != RegistryKind.CLUSTER_REGISTRY
        ? List.of()
        : List.of(spec.registryRef().name());
  }

  private static List<String> secretKeys(RegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    return Stream.concat(
            spec.sources().map(SecretKeyRef::name),
            Stream.of(spec.secretName(credential.getMetadata().getName())))
        .map(name -> key(credential, name))
        .distinct()
        .toList();
  }

  private static List<String> accountKeys(RegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    return spec.serviceAccountSelector() == null
        ? spec.serviceAccounts().stream().map(name -> key(credential, name)).distinct().toList()
        : List.of(key(credential, ANY));
  }

  private static Optional<ServerAddress> address(Registry registry) {
    if (registry.getSpec() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ServerAddress.parse(registry.getSpec().serverAddress()));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }

  private static String key(HasMetadata resource, String name) {
    return resource.getMetadata().getNamespace() + "/" + name;
  }

  private static <C> C started(@Nullable C cache) {
    return Objects.requireNonNull(cache, "The controllers are not started");
  }
}
