package dev.regcred.operator.kinds;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One account at a registry; it is written only in its own namespace. */
@Group(Labels.GROUP)
@Version("v1alpha1")
@Kind("RegistryCredential")
@Singular("registrycredential")
@Plural("registrycredentials")
public class RegistryCredential
    extends LifecycleResource<RegistryCredentialSpec, RegistryCredentialStatus>
    implements Namespaced {
  /** What an index of the watch keeps for each ServiceAccount that the spec names. */
  private static final long INDEXED = 256;

  public RegistryCredential() {
    super(RegistryCredentialSpec.class, RegistryCredentialStatus.class);
  }

  @Override
  public long size() {
    var declared = getSpec();
    return super.size() + (declared == null ? 0 : INDEXED * declared.serviceAccounts().size());
  }
}
