package dev.regcred.migration;

import dev.regcred.pullsecret.CredentialRef;
import java.util.List;

/**
 * What has to be done so that regcred keeps the pull Secrets that are there.
 *
 * @param manifests what to apply: registries first
 * @param sources the source Secrets that have to be there besides, which hold the values
 * @param handovers the Secrets that are handed over once all that is there
 * @param findings what people should know
 */
public record MigrationPlan(
    List<Manifest> manifests,
    List<Source> sources,
    List<Handover> handovers,
    List<Finding> findings) {
  /** The key of a source Secret that has the user name. */
  public static final String USER_NAME = "username";

  /** The key of a source Secret that has the password. */
  public static final String PASSWORD = "password";

  /**
   * A source Secret, and where its values are now.
   *
   * @param namespace its namespace
   * @param name its name
   * @param isClusterWide whether cluster-wide credentials read it, which it needs a label for
   * @param fromNamespace the namespace of a pull Secret that has the account
   * @param fromSecret its name
   * @param key the key of the entry there
   * @param account the digest of the account
   */
  public record Source(
      String namespace,
      String name,
      boolean isClusterWide,
      String fromNamespace,
      String fromSecret,
      String key,
      String account) {}

  /**
   * A Secret that is handed over.
   *
   * @param namespace its namespace
   * @param secret its name
   * @param resourceVersion the version that was read: what is declared is what that has
   * @param credential whom it is for; it may share it with others
   */
  public record Handover(
      String namespace, String secret, String resourceVersion, CredentialRef credential) {}

  /** Whether an account that kubelets use is left out. */
  public boolean isIncomplete() {
    return findings.stream().anyMatch(Finding::isFault);
  }
}
