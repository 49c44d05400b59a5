package dev.regcred.api.v1alpha1;

/**
 * The counts of the namespaces that a ClusterRegistryCredential has reached.
 *
 * @param desired those that it selects and that are not being deleted; the sum of the others while
 *     nothing is under way
 * @param synced those whose pull Secret is as it should be
 * @param overridden those where a RegistryCredential has the entry for the server instead
 * @param failed those where the entry can't be written
 */
public record NamespaceCounts(int desired, int synced, int overridden, int failed) {}
