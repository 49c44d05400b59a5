package dev.regcred.controller;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the watches of Registries and RegistryCredentials know. */
final class NamespacedCache {
  private static final String BY_REGISTRY = "registry";
  private static final String BY_CLUSTER_REGISTRY = "cluster-registry";
  private static final String BY_SECRET = "secret";
  private static final String BY_ADDRESS = "address";
  private static final String BY_ACCOUNT = "account";
  private static final String BY_NAMESPACE = "in-namespace";

  /** In the place of a name: a selector may select any ServiceAccount of the namespace. */
  private static final String ANY = "*";

  private @Nullable IndexerResourceCache<Registry> registries;
  private @Nullable IndexerResourceCache<RegistryCredential> credentials;

  void useRegistries(IndexerResourceCache<Registry> cache) {
    cache.addIndexer(
        BY_ADDRESS,
        registry ->
            address(registry)
                .map(address -> List.of(key(registry, address.value())))
                .orElse(List.of()));
    registries = cache;
  }

  void useCredentials(IndexerResourceCache<RegistryCredential> cache) {
    cache.addIndexer(BY_REGISTRY, NamespacedCache::registryKey);
    cache.addIndexer(BY_SECRET, NamespacedCache::secretKeys);
    cache.addIndexer(BY_ACCOUNT, NamespacedCache::accountKeys);
    cache.addIndexer(BY_CLUSTER_REGISTRY, NamespacedCache::clusterRegistryKey);
    cache.addIndexer(
        BY_NAMESPACE,
        credential ->
            clusterRegistryKey(credential).isEmpty()
                ? List.of()
                : List.of(credential.getMetadata().getNamespace()));
    credentials = cache;
  }

  Stream<RegistryCredential> credentials() {
    return credentials == null ? Stream.empty() : credentials.list();
  }

  Optional<Registry> registry(String namespace, String name) {
    return started(registries).get(new ResourceID(name, namespace));
  }

  List<Registry> registriesAt(String namespace, ServerAddress address) {
    return started(registries).byIndex(BY_ADDRESS, namespace + "/" + address.value()).stream()
        // The index is of the watch alone; a status that we just wrote may be newer.
        .map(r -> registry(namespace, r.getMetadata().getName()).orElse(r))
        .toList();
  }

  Optional<RegistryCredential> credential(String namespace, String name) {
    return started(credentials).get(new ResourceID(name, namespace));
  }

  List<RegistryCredential> credentialsOf(String namespace, String registryName) {
    return started(credentials).byIndex(BY_REGISTRY, namespace + "/" + registryName).stream()
        .map(this::newest)
        .toList();
  }

  /** The index is of the watch alone; a status that we just wrote may be newer. */
  private RegistryCredential newest(RegistryCredential indexed) {
    var metadata = indexed.getMetadata();
    return credential(metadata.getNamespace(), metadata.getName()).orElse(indexed);
  }

  /** The credentials that read or write a Secret, by their spec. */
  List<RegistryCredential> credentialsUsing(String namespace, String secretName) {
    return credentials == null
        ? List.of()
        : credentials.byIndex(BY_SECRET, namespace + "/" + secretName);
  }

  /** The credentials whose source is a Secret, by their spec. */
  List<RegistryCredential> credentialsReading(String namespace, String secretName) {
    return credentialsUsing(namespace, secretName).stream()
        .filter(
            c -> c.getSpec() != null && c.getSpec().sourceSecrets().anyMatch(secretName::equals))
        .toList();
  }

  /** The other Registries that want the address of this one. */
  Set<ResourceID> rivalsOf(Registry registry) {
    return address(registry).stream()
        .flatMap(a -> registriesAt(registry.getMetadata().getNamespace(), a).stream())
        .map(ResourceID::fromResource)
        .filter(other -> !other.equals(ResourceID.fromResource(registry)))
        .collect(Collectors.toSet());
  }

  List<RegistryCredential> credentialsOfClusterRegistry(String registryName) {
    return started(credentials).byIndex(BY_CLUSTER_REGISTRY, registryName).stream()
        .map(this::newest)
        .toList();
  }

  /** The credentials of a namespace that refer to a ClusterRegistry. */
  List<RegistryCredential> credentialsOfClusterRegistriesIn(String namespace) {
    return credentials == null ? List.of() : credentials.byIndex(BY_NAMESPACE, namespace);
  }

  List<RegistryCredential> credentialsOfSecret(String namespace, String secretName) {
    return credentialsUsing(namespace, secretName).stream()
        .map(this::newest)
        .filter(
            c ->
                c.getSpec() != null
                    && c.getSpec().secretName(c.getMetadata().getName()).equals(secretName))
        .toList();
  }

  /** The credentials whose spec may select a ServiceAccount. */
  Stream<RegistryCredential> credentialsSelecting(String namespace, String account) {
    return credentials == null
        ? Stream.empty()
        : Stream.concat(
            credentials.byIndex(BY_ACCOUNT, namespace + "/" + account).stream(),
            credentials.byIndex(BY_ACCOUNT, namespace + "/" + ANY).stream());
  }

  private static List<String> registryKey(RegistryCredential credential) {
    var spec = credential.getSpec();
    return spec == null || spec.registryRef().kind() != RegistryKind.REGISTRY
        ? List.of()
        : List.of(key(credential, spec.registryRef().name()));
  }

  private static List<String> clusterRegistryKey(RegistryCredential credential) {
    var spec = credential.getSpec();
    return spec == null || spec.registryRef().kind() != RegistryKind.CLUSTER_REGISTRY
        ? List.of()
        : List.of(spec.registryRef().name());
  }

  private static List<String> secretKeys(RegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    return Stream.concat(
            spec.sourceSecrets(), Stream.of(spec.secretName(credential.getMetadata().getName())))
        .map(name -> key(credential, name))
        .distinct()
        .toList();
  }

  private static List<String> accountKeys(RegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    return spec.serviceAccountSelector() == null
        ? spec.serviceAccounts().stream().map(name -> key(credential, name)).distinct().toList()
        : List.of(key(credential, ANY));
  }

  private static Optional<ServerAddress> address(Registry registry) {
    if (registry.getSpec() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ServerAddress.parse(registry.getSpec().serverAddress()));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }

  private static String key(HasMetadata resource, String name) {
    return resource.getMetadata().getNamespace() + "/" + name;
  }

  private static <C> C started(@Nullable C cache) {
    return Objects.requireNonNull(cache, "The controllers are not started");
  }
}
