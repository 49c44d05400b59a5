package dev.regcred.plan.credential;

import java.time.Instant;
import java.util.List;

/**
 * A snapshot is everything that the plan of a credential depends on.
 *
 * @param self the credential
 * @param namespaces the namespaces that it has to do with; exactly one for a namespaced credential
 * @param now the time
 */
public record CredentialSnapshot(
    CredentialView self, List<NamespaceSnapshot> namespaces, Instant now) {

  /** The credential without its namespaces. */
  PlannedCredential credential() {
    return new PlannedCredential(self, now);
  }

  /** The namespace of a namespaced credential. */
  public NamespaceSnapshot namespace() {
    if (credential().isClusterWide()) {
      throw new IllegalStateException("A cluster-wide credential has many namespaces");
    }
    return namespaces.getFirst();
  }

  /** Whether the credential is in a namespace that is being deleted, and goes with it. */
  boolean goesWithItsNamespace() {
    return !credential().isClusterWide()
        && namespaces.stream().anyMatch(NamespaceSnapshot::terminating);
  }
}
