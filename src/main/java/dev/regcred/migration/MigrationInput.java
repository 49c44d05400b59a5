package dev.regcred.migration;

import dev.regcred.api.v1alpha1.DockerConfigRef;
import dev.regcred.pullsecret.CredentialRef;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an import goes by.
 *
 * @param secrets the pull Secrets
 * @param serviceAccounts the {@code imagePullSecrets} of each ServiceAccount, by namespace; null
 *     where they could not be read
 * @param namespaces the labels of all namespaces; null where nothing is to become cluster-wide, as
 *     where one namespace alone is imported
 * @param registries the registries that are there
 * @param credentials the credentials that are there
 * @param sourceNamespace where the operator reads the sources of cluster-wide credentials
 * @param email what the credentials have as an e-mail address; no registry asks for it
 */
public record MigrationInput(
    List<ImportedSecret> secrets,
    @Nullable Map<String, Map<String, List<String>>> serviceAccounts,
    @Nullable Map<String, Map<String, String>> namespaces,
    List<ExistingRegistry> registries,
    List<ExistingCredential> credentials,
    String sourceNamespace,
    String email) {
  /** The namespace of what is in none. */
  public static final String CLUSTER = "";

  /**
   * A registry that is there.
   *
   * @param namespace its namespace; {@link #CLUSTER} for a ClusterRegistry
   * @param name its name
   * @param serverAddress as its spec has it
   * @param isInUse whether it is Active, or on the way there
   */
  public record ExistingRegistry(
      String namespace, String name, String serverAddress, boolean isInUse) {}

  /**
   * A credential that is there.
   *
   * @param namespace its namespace; {@link #CLUSTER} for a ClusterRegistryCredential
   * @param name its name
   * @param secretName the name of its pull Secret
   * @param registryNamespace the namespace of its registry
   * @param registry the name of its registry
   * @param isInUse whether it is Active, or on the way there
   * @param namespaces the namespaces that it is written to
   * @param config the entry that it reads; null where it has its account from elsewhere
   * @param account the digest of its account, as that of an {@link ImportedSecret.Entry}; null
   *     where that is not known
   */
  public record ExistingCredential(
      String namespace,
      String name,
      String secretName,
      String registryNamespace,
      String registry,
      boolean isInUse,
      Set<String> namespaces,
      @Nullable DockerConfigRef config,
      @Nullable String account) {
    /** How sentences name it. */
    String title() {
      return namespace.equals(CLUSTER)
          ? "ClusterRegistryCredential " + name
          : "RegistryCredential %s/%s".formatted(namespace, name);
    }

    /** Kind and name, as the annotation of a handover has them. */
    CredentialRef ref() {
      return new CredentialRef(
          namespace.equals(CLUSTER) ? "ClusterRegistryCredential" : "RegistryCredential", name);
    }
  }
}
