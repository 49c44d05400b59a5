package dev.regcred.plan.credential;

import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pull Secret and all that shares it.
 *
 * @param name its name
 * @param current the Secret as it is; null if there is none
 * @param others the other credentials that name it, or that it is kept for
 * @param unserved the credentials that its mark names and that another operator serves, so that
 *     this one can't know what they ask
 * @param serviceAccounts the ServiceAccounts that it is attached to, or that one of the credentials
 *     selects
 * @param contention the fight that another writer puts up for it; null if there is none
 * @param contendedServiceAccounts the fights for the lists of ServiceAccounts, by name
 */
public record SecretSnapshot(
    String name,
    @Nullable PullSecret current,
    List<CredentialView> others,
    List<CredentialRef> unserved,
    List<ServiceAccountView> serviceAccounts,
    @Nullable Contention contention,
    Map<String, Contention> contendedServiceAccounts) {

  /** Whether the credential has a part in it: by its mark, or where that is lost by its status. */
  boolean isSharedBy(CredentialView credential) {
    return isMarked()
        ? isKeptFor(credential.ref())
        : name.equals(credential.lastStatus().secretName());
  }

  /**
   * Whether the credential may have left something in it, where it is not its target any more: its
   * status names it, or its mark does, which anybody may have written (one of another type than a
   * pull Secret's is none); or it is abandoned.
   */
  public boolean isLeftBy(CredentialView credential) {
    return name.equals(credential.lastStatus().secretName())
        || isAbandoned()
        || (current != null
            && current.type().equals(PullSecret.TYPE)
            && isKeptFor(credential.ref()));
  }

  /**
   * Whether a ServiceAccount that the operator attached it to still names it, though it is gone and
   * no credential asks for it: the answer to the write that attached it was lost, so that whoever
   * withdrew it did not know of that.
   */
  boolean isAbandoned() {
    return current == null
        && others.isEmpty()
        && serviceAccounts.stream().anyMatch(account -> account.isAttached(name));
  }

  /** Whether its mark names that credential. */
  boolean isKeptFor(CredentialRef ref) {
    return current != null && current.isKeptFor(ref);
  }

  /** Whether the entry that stands under a server is that credential's. */
  boolean isHeldBy(CredentialRef ref) {
    return current != null
        && current.markEntries().stream()
            .anyMatch(h -> h.credential().equals(ref) && h.server() != null);
  }

  /** Whether it is the operator's. */
  boolean isMarked() {
    return current != null && !current.markEntries().isEmpty();
  }
}
