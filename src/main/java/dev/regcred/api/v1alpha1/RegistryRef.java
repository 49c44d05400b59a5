package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A reference names the registry that an account is at.
 *
 * @param kind the kind of the registry; {@link RegistryKind#REGISTRY} where absent; the CRD of the
 *     cluster-wide kind puts in ClusterRegistry
 * @param name its name, a DNS subdomain of at most 253 characters
 */
public record RegistryRef(RegistryKind kind, @JsonProperty(required = true) String name) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public RegistryRef {
    if (kind == null) {
      kind = RegistryKind.REGISTRY;
    }
  }
}
