package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A key of a Secret in the same namespace; of a cluster-wide credential, in the operator's source
 * namespace.
 *
 * @param name the Secret's name, a DNS subdomain of at most 253 characters
 * @param key the key in its {@code data}, at most 253 characters of {@code [-._a-zA-Z0-9]}
 */
public record SecretKeyRef(
    @JsonProperty(required = true) String name, @JsonProperty(required = true) String key) {}
