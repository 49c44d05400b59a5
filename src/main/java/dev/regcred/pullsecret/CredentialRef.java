package dev.regcred.pullsecret;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A credential that a pull Secret names as one of those it is kept for.
 *
 * @param kind the credential's kind
 * @param name its name
 */
public record CredentialRef(String kind, String name) {
  private static final Set<String> KINDS =
      Set.of("RegistryCredential", "ClusterRegistryCredential");

  private static final int MAX_NAME = 253;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  // Jackson hands over null for an absent field, whatever the component's type says.
  public CredentialRef {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(name);
  }

  /**
   * Whether there can be such a credential: it is of one of the two kinds, and the API server takes
   * its name, a DNS subdomain (RFC 1123) of at most 253 characters. Anybody can write our mark on a
   * Secret of theirs, and what it names is asked for by its name, and shown: a name like {@code
   * ../../other/registrycredentials/pull} would lead to another namespace, and a kind could be any
   * text.
   */
  public boolean canExist() {
    return KINDS.contains(kind) && isName(name);
  }

  /** Whether an object can have that name: a DNS subdomain of at most 253 characters. */
  public static boolean isName(String name) {
    return name.length() <= MAX_NAME && NAME.matcher(name).matches();
  }

  /** Whether it is of a kind that is not in a namespace. */
  @JsonIgnore // Jackson would take it for a part of the record.
  public boolean isClusterWide() {
    return kind.startsWith("Cluster");
  }

  /** Whether this one does without a server's entry that the other has, and rightly so. */
  public boolean isOverriddenBy(CredentialRef other) {
    return isClusterWide() && !other.isClusterWide();
  }
}
