package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.plan.Identity;
import dev.regcred.plan.Plan;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot is everything that the plan of a credential depends on.
 *
 * @param self the credential
 * @param namespaces the namespaces that it has to do with; exactly one for a namespaced credential
 * @param now the time
 */
public record CredentialSnapshot(
    CredentialView self, List<NamespaceSnapshot> namespaces, Instant now) {

  /** Whether it is written to many namespaces, each of which may fail for itself. */
  boolean isClusterWide() {
    return self.id().namespace() == null;
  }

  /** The namespace of a namespaced credential. */
  public NamespaceSnapshot namespace() {
    if (isClusterWide()) {
      throw new IllegalStateException("A cluster-wide credential has many namespaces");
    }
    return namespaces.getFirst();
  }

  /** Whether the credential is in a namespace that is being deleted, and goes with it. */
  boolean goesWithItsNamespace() {
    return id().namespace() != null && namespaces.stream().anyMatch(NamespaceSnapshot::terminating);
  }

  Identity id() {
    return self.id();
  }

  @Nullable CredentialSpec spec() {
    return self.spec();
  }

  CredentialView.LastStatus lastStatus() {
    return self.lastStatus();
  }

  /** What the status publishes of the pull Secret. */
  Plan.PublishedTarget lastPublished() {
    return new Plan.PublishedTarget(
        lastStatus().secretName(), lastStatus().serverAddress(), PodAttachment.kept(self, now));
  }
}
