package dev.regcred.cluster;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;

/**
 * What the watches know, which may lag behind the API server by some milliseconds. Every look-up is
 * by key or index: none goes over all objects.
 */
public interface ClusterCache {
  /** The Registry of that name. */
  Optional<Registry> registry(String namespace, String name);

  /** The Registries of a namespace with that canonical address. */
  List<Registry> registriesAt(String namespace, ServerAddress address);

  /** The credential of that name. */
  Optional<RegistryCredential> credential(String namespace, String name);

  /** The credentials that refer to a Registry. */
  List<RegistryCredential> credentialsOf(String namespace, String registryName);

  /** Whether there is a Secret of that name. */
  boolean hasSecret(String namespace, String name);

  /** The names of the Secrets that are marked as kept for a credential. */
  List<String> secretsKeptFor(String namespace, Contributor contributor);

  /** The credentials whose pull Secret has that name. */
  List<RegistryCredential> credentialsOfSecret(String namespace, String secretName);

  /** The ServiceAccounts whose record says that a Secret is attached to them. */
  List<PullingAccount> accountsWith(String namespace, String secretName);

  /** The ServiceAccount of that name. */
  Optional<PullingAccount> account(String namespace, String name);

  /** The ServiceAccounts of a namespace. */
  List<PullingAccount> accounts(String namespace);

  /**
   * To be called once all is read that belongs together.
   *
   * @throws RuntimeException if the watches are being stopped: what was read may be empty for that
   *     reason alone
   */
  void requireRunning();

  /** Whether a namespace is being deleted; false where that is not known. */
  boolean isTerminating(String namespace);

  /**
   * Takes notice of a Secret that was just written, so that the echo of the write is not taken for
   * somebody's change; and lets those hear of it whose part in it has changed.
   *
   * @param before the version that was changed; empty for a new one
   * @param writer the credential that it was written for, which knows of it
   */
  void written(Secret secret, Optional<String> before, String writer);

  /**
   * Takes notice of a ServiceAccount that was just written; and lets those hear of it whose Secrets
   * were taken out of its list.
   *
   * @param before the version that was changed
   */
  void written(PullingAccount account, String before);
}
