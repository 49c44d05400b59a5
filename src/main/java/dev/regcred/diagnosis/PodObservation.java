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
 */
public record PodObservation(
    ObservedPod pod,
    Lookup<List<String>> serviceAccountSecrets,
    Map<String, Lookup<ObservedSecret>> secrets,
    Lookup<List<ObservedCredential>> credentials,
    Lookup<List<ObservedCredential>> clusterCredentials) {

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
        .orElseGet(() -> new ObservedCredential(ref, null));
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

  /** Whether a Secret has an account for an image, as far as that is known. */
  boolean hasAccount(String secret, ImageName image) {
    return !keyring(List.of(secret)).lookup(image).isEmpty()
        || unseenKeeper(secret, image).isPresent();
  }
}
