package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Which registry an account is at.
 *
 * @param kind the kind of the registry; {@link RegistryKind#REGISTRY} where absent
 * @param name its name, a DNS subdomain of at most 253 characters
 */
public record RegistryRef(@Nullable RegistryKind kind, @JsonProperty(required = true) String name) {
  public RegistryRef {
    if (kind == null) {
      kind = RegistryKind.REGISTRY;
    }
  }
}
