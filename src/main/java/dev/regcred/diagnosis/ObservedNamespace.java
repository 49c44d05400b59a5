package dev.regcred.diagnosis;

import java.util.List;
import java.util.Map;

/**
 * The ServiceAccounts and the pull Secrets of a namespace.
 *
 * @param name its name
 * @param serviceAccounts the names in the {@code imagePullSecrets} of each of its ServiceAccounts
 * @param secrets its Secrets of the types that kubelets read, by name
 * @param credentials its RegistryCredentials; absent where the cluster has no such kind
 */
public record ObservedNamespace(
    String name,
    Map<String, List<String>> serviceAccounts,
    Map<String, ObservedSecret> secrets,
    Lookup<List<ObservedCredential>> credentials) {}
