package dev.regcred.api.v1alpha1;

/**
 * A namespace that a ClusterRegistryCredential can't be written to, or withdrawn from.
 *
 * @param namespace its name
 * @param reason why, as the {@code reason} of a condition
 * @param message for people: what is wrong and what to do next
 */
public record NamespaceFailure(String namespace, String reason, String message) {}
