package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.cluster.ClusterCache;
import dev.regcred.cluster.PullingAccount;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.plan.NamespaceSelection;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@link ClusterCache} over the caches of the controllers' own watches. */
public final class InformerCache implements ClusterCache {
  /** What is told of the operator's own writes, once the caches know of them. */
  interface OwnWrites {
    /** A Secret was written, for a credential; {@code known} is what the watch knew of it. */
    void written(Optional<SecretMetadata> known, SecretMetadata after, Contributor writer);

    /** Secrets were taken out of the list of a ServiceAccount. */
    void detached(String namespace, Set<String> secretNames);
  }

  /** How many objects the API server is asked for at a time; client-go's pager does the same. */
  public static final long PAGE = 500;

  private final BoundedStore<SecretMetadata> secretStore = new BoundedStore<>("Secret");
  private final BoundedStore<PullingAccount> accountStore = new BoundedStore<>("ServiceAccount");
  private final NamespacedCache namespaced = new NamespacedCache();
  private final SecretCache secrets = new SecretCache();
  private final AccountCache accounts = new AccountCache();
  private final ClusterWideCache clusterWide;
  private @Nullable OwnWrites ownWrites;
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

  NamespacedCache namespaced() {
    return namespaced;
  }

  SecretCache secrets() {
    return secrets;
  }

  AccountCache accounts() {
    return accounts;
  }

  /** What the watch of Secrets keeps, where one watch brings all of them. */
  public BoundedStore<SecretMetadata> secretStore() {
    return secretStore;
  }

  /** What the watch of ServiceAccounts keeps, where one watch brings all of them. */
  public BoundedStore<PullingAccount> accountStore() {
    return accountStore;
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

  /** Sets who is told of the operator's own writes. */
  void onOwnWrite(OwnWrites listener) {
    ownWrites = listener;
  }

  /** All credentials of both scopes, for counting. */
  public Stream<LifecycleResource<?, ? extends LifecycleStatus>> credentials() {
    return Stream.concat(namespaced.credentials(), clusterWide.credentials());
  }

  /** The versions in which RegistryCredentials are known. */
  public Stream<String> credentialVersions() {
    return namespaced.credentials().map(c -> c.getMetadata().getResourceVersion());
  }

  /** The versions in which Secrets are known. */
  public Stream<String> secretVersions() {
    return secrets.versions();
  }

  @Override
  public Optional<Registry> registry(String namespace, String name) {
    return namespaced.registry(namespace, name);
  }

  @Override
  public List<Registry> registriesAt(String namespace, ServerAddress address) {
    return namespaced.registriesAt(namespace, address);
  }

  @Override
  public Optional<RegistryCredential> credential(String namespace, String name) {
    return namespaced.credential(namespace, name);
  }

  @Override
  public List<RegistryCredential> credentialsOf(String namespace, String registryName) {
    return namespaced.credentialsOf(namespace, registryName);
  }

  @Override
  public List<RegistryCredential> credentialsOfClusterRegistry(String registryName) {
    return namespaced.credentialsOfClusterRegistry(registryName);
  }

  @Override
  public List<RegistryCredential> credentialsOfSecret(String namespace, String secretName) {
    return namespaced.credentialsOfSecret(namespace, secretName);
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
  public boolean servesClusterWide() {
    return clusterWide.isServed();
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
    var detached = accounts.written(account, before);
    if (ownWrites != null) {
      ownWrites.detached(account.getMetadata().getNamespace(), detached);
    }
  }

  @Override
  public void written(Secret secret, Optional<String> before, Contributor writer) {
    var id = ResourceID.fromResource(secret);
    var after = SecretMetadata.of(secret.getMetadata());
    var known = secrets.get(id);
    secrets.notice(id, after, before);
    if (ownWrites != null) {
      ownWrites.written(known, after, writer);
    }
  }
}
