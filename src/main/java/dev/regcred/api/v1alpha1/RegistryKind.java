package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** The kinds that {@code spec.registryRef} may name. */
public enum RegistryKind {
  /** A Registry in the credential's own namespace. */
  REGISTRY("Registry"),
  /** A ClusterRegistry, from namespaces that it allows. */
  CLUSTER_REGISTRY("ClusterRegistry");

  private final String value;

  RegistryKind(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
