package dev.regcred.plan.credential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the namespaces that a credential has to do with; a namespaced credential has one, its own.
 *
 * @param name the namespace
 * @param wanted whether it is written there; else all that there is of it is withdrawn
 * @param target the Secret of the target's name
 * @param leftovers the Secrets that it has a part in, or had, and that are not its target any more
 * @param hasMore whether there may be more of those, which come to light once these are gone
 * @param terminating whether the namespace is being deleted
 * @param backoff why nothing is written there for now; null if it may be
 */
public record NamespaceSnapshot(
    String name,
    boolean wanted,
    SecretSnapshot target,
    List<SecretSnapshot> leftovers,
    boolean hasMore,
    boolean terminating,
    @Nullable NamespaceBackoff backoff) {

  /** Whether one of its Secrets there is kept for the credential, or was. */
  boolean isWired(CredentialView self) {
    return target.isKeptFor(self.ref())
        || leftovers.stream().anyMatch(leftover -> !leftover.isAbandoned());
  }
}
