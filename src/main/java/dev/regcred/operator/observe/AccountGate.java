package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.plan.credential.Admission;
import dev.regcred.plan.credential.CredentialView;
import java.time.Instant;

/** Who knows what may be done with a credential's values, by what its registry says of them. */
public interface AccountGate {
  /**
   * What may be done with the values of a credential that is looked at; it has the registry asked,
   * and does not wait for the answer.
   *
   * @param self the credential with its values, of a registry that is to be asked first
   */
  Admission admission(
      LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> credential,
      CredentialView self,
      Instant now);
}
