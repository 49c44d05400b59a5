package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One entry of a Docker config in a Secret of the same namespace; of a cluster-wide credential, in
 * the operator's source namespace.
 *
 * @param name the Secret's name, a DNS subdomain of at most 253 characters; it has the key {@code
 *     .dockerconfigjson}, or {@code .dockercfg} of the older form
 * @param server the key of the entry, 1 to 512 printable characters of ASCII without {@code @}, or
 *     another spelling of the same server where no entry has exactly that key
 */
public record DockerConfigRef(
    @JsonProperty(required = true) String name, @JsonProperty(required = true) String server) {}
