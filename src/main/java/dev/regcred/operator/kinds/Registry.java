package dev.regcred.operator.kinds;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One registry server, used by the credentials of its namespace. */
@Group(Labels.GROUP)
@Version("v1alpha1")
@Kind("Registry")
@Singular("registry")
@Plural("registries")
public class Registry extends LifecycleResource<RegistrySpec, RegistryStatus>
    implements Namespaced {
  public Registry() {
    super(RegistrySpec.class, RegistryStatus.class);
  }
}
