package dev.regcred.operator.kinds;

import dev.regcred.api.v1alpha1.ClusterRegistrySpec;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.RegistryStatus;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One registry server, used by ClusterRegistryCredentials and from the namespaces it allows. */
@Group(Labels.GROUP)
@Version("v1alpha1")
@Kind("ClusterRegistry")
@Singular("clusterregistry")
@Plural("clusterregistries")
public class ClusterRegistry extends LifecycleResource<ClusterRegistrySpec, RegistryStatus> {
  public ClusterRegistry() {
    super(ClusterRegistrySpec.class, RegistryStatus.class);
  }
}
