package dev.regcred.operator.kinds;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.Labels;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One account at a registry; it is written to every namespace that it selects. */
@Group(Labels.GROUP)
@Version("v1alpha1")
@Kind("ClusterRegistryCredential")
@Singular("clusterregistrycredential")
@Plural("clusterregistrycredentials")
public class ClusterRegistryCredential
    extends LifecycleResource<ClusterRegistryCredentialSpec, ClusterRegistryCredentialStatus> {
  public ClusterRegistryCredential() {
    super(ClusterRegistryCredentialSpec.class, ClusterRegistryCredentialStatus.class);
  }
}
