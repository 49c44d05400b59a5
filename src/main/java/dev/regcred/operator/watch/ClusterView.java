package dev.regcred.operator.watch;

import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A view of what the watches know, which may lag behind the API server by some milliseconds. Every
 * look-up is by key or index: none goes over all objects.
 */
public interface ClusterView {
  /** The Registry of that name. */
  Optional<Registry> registry(String namespace, String name);

  /** The ClusterRegistry of that name. */
  Optional<ClusterRegistry> clusterRegistry(String name);

  /** The ClusterRegistries with that canonical address. */
  List<ClusterRegistry> clusterRegistriesAt(ServerAddress address);

  /** The Registries of a namespace with that canonical address. */
  List<Registry> registriesAt(String namespace, ServerAddress address);

  /** The credential of that name. */
  Optional<RegistryCredential> credential(String namespace, String name);

  /**
   * Whether the cluster-wide kinds are watched; an operator that is limited to some namespaces
   * knows none of them, whether there are any or not.
   */
  boolean servesClusterWide();

  /** The cluster-wide credential of that name. */
  Optional<ClusterRegistryCredential> clusterCredential(String name);

  /** The cluster-wide credentials that refer to a ClusterRegistry. */
  List<ClusterRegistryCredential> clusterCredentialsOf(String registryName);

  /** The namespaced credentials that refer to a ClusterRegistry. */
  List<RegistryCredential> credentialsOfClusterRegistry(String registryName);

  /** The cluster-wide credentials whose pull Secrets have that name. */
  List<ClusterRegistryCredential> clusterCredentialsOfSecret(String secretName);

  /** The names of the namespaces that a cluster-wide credential selects. */
  List<String> selectedNamespaces(ClusterRegistryCredential credential);

  /** Whether a cluster-wide credential selects a namespace. */
  boolean isSelected(ClusterRegistryCredential credential, String namespace);

  /** The labels of a namespace; empty where they are not known. */
  Optional<Map<String, String>> labelsOf(String namespace);

  /** The namespaces that have a Secret which is marked as kept for a credential. */
  Set<String> namespacesKeptFor(CredentialRef ref);

  /** The namespaces that have a ServiceAccount which a Secret of that name is attached to. */
  Set<String> namespacesAttachedTo(String secretName);

  /** The credentials that refer to a Registry. */
  List<RegistryCredential> credentialsOf(String namespace, String registryName);

  /** What is kept in memory of the Secret of that name. */
  Optional<SecretMetadata> secret(String namespace, String name);

  /** The names of the Secrets that are marked as kept for a credential. */
  List<String> secretsKeptFor(String namespace, CredentialRef ref);

  /** The credentials whose pull Secret has that name. */
  List<RegistryCredential> credentialsOfSecret(String namespace, String secretName);

  /** The ServiceAccounts whose record says that a Secret is attached to them. */
  List<ServiceAccountMetadata> serviceAccountsWith(String namespace, String secretName);

  /** The ServiceAccount of that name. */
  Optional<ServiceAccountMetadata> serviceAccount(String namespace, String name);

  /** The ServiceAccounts of a namespace. */
  List<ServiceAccountMetadata> serviceAccounts(String namespace);

  /**
   * Whoever reads calls this once all is read that belongs together.
   *
   * @throws RuntimeException if the watches are being stopped: what was read may be empty for that
   *     reason alone
   */
  void requireRunning();

  /**
   * Whether the API server gives the pull Secrets of credentials that ask for it to Pods, as it was
   * a moment ago.
   *
   * @param isClusterWide of which kind of credentials
   */
  AttachPolicy attachPolicy(boolean isClusterWide);

  /**
   * How many credentials of the same kind, of the same namespace where they have one, are attached
   * to Pods and older.
   */
  int attachedToPodsBefore(LifecycleResource<?, ?> credential);

  /** Whether a namespace is being deleted; false where that is not known. */
  boolean isTerminating(String namespace);

  /**
   * Writes a Secret, and takes notice of it, so that the echo of the write is not taken for
   * somebody's change; and lets those hear of it whose part in it has changed.
   *
   * @param before the version that is changed; null for a new one
   * @param writer the credential that it is written for, which knows of it
   * @param write sends it and takes its answer
   */
  void write(
      String namespace,
      String name,
      @Nullable String before,
      CredentialRef writer,
      Supplier<Secret> write);

  /**
   * Writes a ServiceAccount, and takes notice of it; and lets those hear of it whose Secrets were
   * taken out of its list.
   *
   * @param before the version that is changed
   * @param write sends it
   */
  void write(String namespace, String name, String before, Supplier<ServiceAccountMetadata> write);
}
