package dev.regcred.pullsecret;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one credential asks of a pull Secret.
 *
 * @param contributor who asks
 * @param account its account; null for none, as of an Inactive credential
 * @param labels labels that the Secret shall carry
 * @param annotations annotations that the Secret shall carry
 * @param owner the reference by which the Secret goes with the credential; null where its {@code
 *     deletionPolicy} is Retain
 */
public record Contribution(
    Contributor contributor,
    @Nullable Account account,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable OwnerReference owner) {

  /**
   * An entry and the server that it stands under.
   *
   * @param server the canonical address
   * @param entry user name, password and e-mail address
   */
  public record Account(ServerAddress server, DockerConfigEntry entry) {}
}
