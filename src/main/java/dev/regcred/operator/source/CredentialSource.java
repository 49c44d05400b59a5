package dev.regcred.operator.source;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.plan.credential.SourceValues;

/** A place that user names and passwords come from. */
public interface CredentialSource {
  /**
   * Reads the values that a spec names, both at one time.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException where the place could not be
   *     asked, and it is not known whether the values are there
   */
  SourceValues read(CredentialSpec spec);
}
