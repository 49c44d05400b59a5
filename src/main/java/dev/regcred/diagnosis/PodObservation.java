package dev.regcred.diagnosis;

import dev.regcred.dockerconfig.ImageName;
import dev.regcred.pullsecret.CredentialRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was read to explain a Pod.
 *
 * @param pod the Pod
 * @param serviceAccountSecrets the names in the {@code imagePullSecrets} of its ServiceAccount
 * @param secrets the Secrets that one of the two names, and those that credentials keep for one of
 *     its images, by name
 * @param credentials the RegistryCredentials of its namespace
 * @param clusterCredentials the ClusterRegistryCredentials
 * @param isWithoutEvents whether Events could say more, and may not be listed
 */
public record PodObservation(
    ObservedPod pod,
    Lookup<List<String>> serviceAccountSecrets,
    Map<String, Lookup<ObservedSecret>> secrets,
    Lookup<List<ObservedCredential>> credentials,
    Lookup<List<ObservedCredential>> clusterCredentials,
    boolean isWithoutEvents) {

  /** What is known of a Secret. */
  Lookup<ObservedSecret> secret(String name) {
    return secrets.getOrDefault(name, new Lookup.Absent<>());
  }

  /** The names that its ServiceAccount has now; none where that is not known. */
  List<String> inServiceAccount() {
    return serviceAccountSecrets.found().orElse(List.of());
  }

  /** All credentials that are known. */
  Stream<ObservedCredential> allCredentials() {
    return Stream.of(credentials, clusterCredentials)
        .flatMap(list -> list.found().stream().flatMap(List::stream));
  }

  /**
   * The credentials that keep a Secret: those of its mark, or where it can't be seen those whose
   * status says so.
   */
  List<ObservedCredential> keepers(String secret) {
    return switch (secret(secret)) {
      case Lookup.Found<ObservedSecret>(var found) ->
          found.credentials().stream().map(this::credential).toList();
      case Lookup.Absent<ObservedSecret> _ -> namespacedKeepers(secret);
      case Lookup.Forbidden<ObservedSecret> _ -> namespacedKeepers(secret);
    };
  }

  /** Of a cluster-wide credential it is not known whether it has a copy in this namespace. */
  private List<ObservedCredential> namespacedKeepers(String secret) {
    return credentials.found().stream()
        .flatMap(List::stream)
        .filter(credential -> credential.keeps(secret))
        .toList();
  }

  private ObservedCredential credential(CredentialRef ref) {
    return allCredentials()
        .filter(credential -> credential.ref().equals(ref))
        .findFirst()
        .orElseGet(() -> new ObservedCredential(ref, null, null));
  }

  /** Whether a Secret that may not be seen is kept by a credential for the registry of an image. */
  Optional<ObservedCredential> unseenKeeper(String secret, ImageName image) {
    return secret(secret).isForbidden()
        ? keepers(secret).stream().filter(credential -> credential.isFor(image)).findFirst()
        : Optional.empty();
  }

  /** The keyring of some of the Secrets, in that order. */
  PodKeyring keyring(List<String> names) {
    return PodKeyring.of(names.stream().flatMap(name -> secret(name).found().stream()).toList());
  }

  /** Whether an entry has a user name or a password. */
  boolean hasAccount(PodKeyring.Entry entry) {
    return secret(entry.secret()).found().filter(one -> one.hasAccount(entry.server())).isPresent();
  }

  /** Whether the policy of {@code attach: Pods} gives a Secret to new Pods. */
  boolean isGivenByPolicy(String secret) {
    return allCredentials()
        .anyMatch(credential -> credential.isGivenToPods() && credential.keeps(secret));
  }

  /** Whether a Secret has an account for an image, as far as that is known. */
  boolean hasAccount(String secret, ImageName image) {
    return keyring(List.of(secret)).lookup(image).stream().anyMatch(this::hasAccount)
        || unseenKeeper(secret, image).isPresent();
  }
}
