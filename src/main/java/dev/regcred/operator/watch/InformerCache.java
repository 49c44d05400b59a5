package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.queue.RetryLaterException;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@link ClusterView} over the caches of the controllers' own watches. */
public final class InformerCache implements ClusterView {
  /** A listener that is told of the operator's own writes, once the caches know of them. */
  interface OwnWrites {
    /** A Secret was written, for a credential; {@code known} is what the watch knew of it. */
    void secretWritten(Optional<SecretMetadata> known, SecretMetadata after, CredentialRef writer);

    /** Secrets were taken out of the list of a ServiceAccount. */
    void secretsDetached(String namespace, Set<String> secretNames);
  }

  /** How many objects the API server is asked for at a time; client-go's pager does the same. */
  public static final long PAGE = 500;

  private final BoundedStore<SecretMetadata> secretStore = new BoundedStore<>("Secret");
  private final BoundedStore<ServiceAccountMetadata> serviceAccountStore =
      new BoundedStore<>("ServiceAccount");
  private final BoundedStore<NamespaceMetadata> namespaceStore = new BoundedStore<>("Namespace");
  private final RegistryCache<Registry> registries;
  private final CredentialCache<RegistryCredential> credentials;
  private final RegistryCache<ClusterRegistry> clusterRegistries;
  private final CredentialCache<ClusterRegistryCredential> clusterCredentials;
  private final NamespaceCache namespaces;
  private final SecretCache secrets;
  private final ServiceAccountCache serviceAccounts;
  private @Nullable OwnWrites ownWrites;
  private @Nullable AttachPolicyWatch attachPolicies;
  private volatile boolean isStopping;

  /**
   * A cache over informers that are not there yet.
   *
   * @param selection which namespaces are left out unless they are named
   * @param isClusterWide whether all namespaces are watched, and the cluster-wide kinds with them
   */
  public InformerCache(NamespaceSelection selection, boolean isClusterWide) {
    this.registries = new RegistryCache<>(true, isClusterWide);
    this.credentials = new CredentialCache<>(true, isClusterWide);
    this.clusterRegistries = new RegistryCache<>(isClusterWide, true);
    this.clusterCredentials = new CredentialCache<>(isClusterWide, true);
    this.namespaces = new NamespaceCache(selection, isClusterWide);
    this.secrets = new SecretCache(isClusterWide);
    this.serviceAccounts = new ServiceAccountCache(isClusterWide);
  }

  RegistryCache<Registry> registries() {
    return registries;
  }

  RegistryCache<ClusterRegistry> clusterRegistries() {
    return clusterRegistries;
  }

  CredentialCache<RegistryCredential> namespacedCredentials() {
    return credentials;
  }

  CredentialCache<ClusterRegistryCredential> clusterCredentials() {
    return clusterCredentials;
  }

  NamespaceCache namespaces() {
    return namespaces;
  }

  SecretCache secrets() {
    return secrets;
  }

  ServiceAccountCache serviceAccounts() {
    return serviceAccounts;
  }

  /** What the watch of Secrets keeps, where one watch brings all of them. */
  public BoundedStore<SecretMetadata> secretStore() {
    return secretStore;
  }

  /** What the watch of ServiceAccounts keeps, where one watch brings all of them. */
  public BoundedStore<ServiceAccountMetadata> serviceAccountStore() {
    return serviceAccountStore;
  }

  /** What the watch of namespaces keeps. */
  public BoundedStore<NamespaceMetadata> namespaceStore() {
    return namespaceStore;
  }

  /** Whoever stops the watches calls this before: the SDK empties them under running passes. */
  public void stop() {
    isStopping = true;
  }

  @Override
  public void requireRunning() {
    if (isStopping) {
      throw new RetryLaterException("The operator stops", null);
    }
  }

  void use(AttachPolicyWatch watch) {
    attachPolicies = watch;
  }

  @Override
  public AttachPolicy attachPolicy(boolean isClusterWide) {
    return Objects.requireNonNull(attachPolicies, "The controllers are not started")
        .of(isClusterWide);
  }

  @Override
  public int attachedToPodsBefore(LifecycleResource<?, ?> credential) {
    return credential instanceof ClusterRegistryCredential
        ? clusterCredentials.attachedToPodsBefore(credential)
        : credentials.attachedToPodsBefore(credential);
  }

  /** Sets who is told of the operator's own writes. */
  void onOwnWrite(OwnWrites listener) {
    ownWrites = listener;
  }

  /** All credentials of both scopes, for counting. */
  public Stream<LifecycleResource<?, ? extends LifecycleStatus>> credentials() {
    return Stream.concat(credentials.known(), clusterCredentials.known());
  }

  /** The versions in which RegistryCredentials are known. */
  public Stream<String> credentialVersions() {
    return credentials.known().map(c -> c.getMetadata().getResourceVersion());
  }

  /** The versions in which Secrets are known. */
  public Stream<String> secretVersions() {
    return secrets.versions();
  }

  @Override
  public Optional<Registry> registry(String namespace, String name) {
    return registries.get(namespace, name);
  }

  @Override
  public List<Registry> registriesAt(String namespace, ServerAddress address) {
    return registries.at(namespace, address);
  }

  @Override
  public Optional<RegistryCredential> credential(String namespace, String name) {
    return credentials.get(namespace, name);
  }

  @Override
  public List<RegistryCredential> credentialsOf(String namespace, String registryName) {
    return credentials.of(namespace, registryName);
  }

  @Override
  public List<RegistryCredential> credentialsOfClusterRegistry(String registryName) {
    return credentials.of(null, registryName);
  }

  @Override
  public List<RegistryCredential> credentialsOfSecret(String namespace, String secretName) {
    return credentials.writing(namespace, secretName);
  }

  @Override
  public Optional<SecretMetadata> secret(String namespace, String name) {
    return secrets.get(namespace, name);
  }

  @Override
  public Optional<ClusterRegistry> clusterRegistry(String name) {
    return clusterRegistries.get(null, name);
  }

  @Override
  public List<ClusterRegistry> clusterRegistriesAt(ServerAddress address) {
    return clusterRegistries.at(null, address);
  }

  @Override
  public boolean servesClusterWide() {
    return clusterCredentials.isServed();
  }

  @Override
  public Optional<ClusterRegistryCredential> clusterCredential(String name) {
    return clusterCredentials.get(null, name);
  }

  @Override
  public List<ClusterRegistryCredential> clusterCredentialsOf(String registryName) {
    return clusterCredentials.of(null, registryName);
  }

  @Override
  public List<ClusterRegistryCredential> clusterCredentialsOfSecret(String secretName) {
    return clusterCredentials.writing(null, secretName);
  }

  @Override
  public List<String> selectedNamespaces(ClusterRegistryCredential credential) {
    return namespaces.selectedBy(credential, isThere(credential));
  }

  @Override
  public boolean isSelected(ClusterRegistryCredential credential, String namespace) {
    return namespaces.isSelected(credential, namespace, isThere(credential));
  }

  private Predicate<String> isThere(ClusterRegistryCredential credential) {
    var ref = new CredentialRef(credential.getKind(), credential.getMetadata().getName());
    return namespace -> !secrets.keptFor(namespace, ref).isEmpty();
  }

  @Override
  public Optional<Map<String, String>> labelsOf(String namespace) {
    return namespaces.labelsOf(namespace);
  }

  @Override
  public Set<String> namespacesKeptFor(CredentialRef ref) {
    return secrets.namespacesKeptFor(ref);
  }

  @Override
  public Set<String> namespacesAttachedTo(String secretName) {
    return serviceAccounts.namespacesWith(secretName);
  }

  @Override
  public List<String> secretsKeptFor(String namespace, CredentialRef ref) {
    return secrets.keptFor(namespace, ref);
  }

  @Override
  public List<ServiceAccountMetadata> serviceAccountsWith(String namespace, String secretName) {
    return serviceAccounts.with(namespace, secretName);
  }

  @Override
  public Optional<ServiceAccountMetadata> serviceAccount(String namespace, String name) {
    return serviceAccounts.get(namespace, name);
  }

  @Override
  public List<ServiceAccountMetadata> serviceAccounts(String namespace) {
    return serviceAccounts.in(namespace);
  }

  @Override
  public boolean isTerminating(String namespace) {
    return namespaces.isTerminating(namespace);
  }

  @Override
  public void write(
      String namespace, String name, String before, Supplier<ServiceAccountMetadata> write) {
    var detached = serviceAccounts.write(namespace, name, before, write);
    if (ownWrites != null) {
      ownWrites.secretsDetached(namespace, detached);
    }
  }

  @Override
  public void write(
      String namespace,
      String name,
      @Nullable String before,
      CredentialRef writer,
      Supplier<Secret> write) {
    // As it was before: the watch may bring the write before its answer.
    var known = secrets.get(namespace, name);
    var after =
        secrets
            .recent()
            .write(
                new ResourceID(name, namespace),
                before,
                () -> SecretMetadata.of(write.get().getMetadata()));
    if (ownWrites != null) {
      ownWrites.secretWritten(known, after, writer);
    }
  }
}
