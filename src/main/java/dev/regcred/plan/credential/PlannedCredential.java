package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.plan.Identity;
import dev.regcred.plan.Plan;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A planned credential is all that the plan of a credential depends on but its namespaces.
 *
 * @param self the credential
 * @param now the time
 */
public record PlannedCredential(CredentialView self, Instant now) {
  /** Whether it is written to many namespaces, each of which may fail for itself. */
  boolean isClusterWide() {
    return self.id().namespace() == null;
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
