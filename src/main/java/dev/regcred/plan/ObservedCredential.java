package dev.regcred.plan;

import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the plan of a RegistryCredential depends on.
 *
 * @param self the credential
 * @param target the Secret of the target's name
 * @param leftovers the Secrets that it has a part in, or had, and that are not its target any more
 * @param terminating whether the namespace is being deleted
 * @param now the time
 */
public record ObservedCredential(
    Claimant self,
    ObservedSecret target,
    List<ObservedSecret> leftovers,
    boolean terminating,
    Instant now) {

  Identity id() {
    return self.id();
  }

  @Nullable RegistryCredentialSpec spec() {
    return self.spec();
  }

  Claimant.Recorded recorded() {
    return self.recorded();
  }
}
