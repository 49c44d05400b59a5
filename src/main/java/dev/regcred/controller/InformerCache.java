package dev.regcred.controller;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.cluster.ClusterCache;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@link ClusterCache} over the caches of the controllers' own watches. */
public final class InformerCache implements ClusterCache {
  private static final String BY_REGISTRY = "registry";
  private static final String BY_SECRET = "secret";
  private static final String BY_ADDRESS = "address";
  private static final String BY_CONTRIBUTOR = "contributor";

  private @Nullable IndexerResourceCache<Registry> registries;
  private @Nullable IndexerResourceCache<RegistryCredential> credentials;
  private @Nullable InformerEventSource<SecretMetadata, RegistryCredential> secrets;

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
    cache.addIndexer(BY_REGISTRY, InformerCache::registryKey);
    cache.addIndexer(BY_SECRET, InformerCache::secretKeys);
    credentials = cache;
  }

  void useSecrets(InformerEventSource<SecretMetadata, RegistryCredential> cache) {
    cache.addIndexer(
        BY_CONTRIBUTOR,
        secret ->
            secret.contributors().stream()
                .map(contributor -> key(secret, contributorKey(contributor)))
                .distinct()
                .toList());
    secrets = cache;
  }

  /** All credentials, for counting. */
  public Stream<RegistryCredential> credentials() {
    return credentials == null ? Stream.empty() : credentials.list();
  }

  @Override
  public Optional<Registry> registry(String namespace, String name) {
    return started(registries).get(new ResourceID(name, namespace));
  }

  @Override
  public List<Registry> registriesAt(String namespace, ServerAddress address) {
    return started(registries).byIndex(BY_ADDRESS, namespace + "/" + address.value()).stream()
        // The index is of the watch alone; a status that we just wrote may be newer.
        .map(r -> registry(namespace, r.getMetadata().getName()).orElse(r))
        .toList();
  }

  @Override
  public Optional<RegistryCredential> credential(String namespace, String name) {
    return started(credentials).get(new ResourceID(name, namespace));
  }

  @Override
  public List<RegistryCredential> credentialsOf(String namespace, String registryName) {
    return started(credentials).byIndex(BY_REGISTRY, namespace + "/" + registryName).stream()
        // The index is of the watch alone; a status that we just wrote may be newer.
        .map(c -> credential(namespace, c.getMetadata().getName()).orElse(c))
        .toList();
  }

  /** The credentials that read or write a Secret, by their spec. */
  List<RegistryCredential> credentialsUsing(String namespace, String secretName) {
    return credentials == null
        ? List.of()
        : credentials.byIndex(BY_SECRET, namespace + "/" + secretName);
  }

  /** The other Registries that want the address of this one. */
  Set<ResourceID> rivalsOf(Registry registry) {
    return address(registry).stream()
        .flatMap(a -> registriesAt(registry.getMetadata().getNamespace(), a).stream())
        .map(ResourceID::fromResource)
        .filter(other -> !other.equals(ResourceID.fromResource(registry)))
        .collect(Collectors.toSet());
  }

  @Override
  public boolean hasSecret(String namespace, String name) {
    return started(secrets).get(new ResourceID(name, namespace)).isPresent();
  }

  @Override
  public List<String> secretsKeptFor(String namespace, Contributor contributor) {
    return started(secrets)
        .byIndex(BY_CONTRIBUTOR, namespace + "/" + contributorKey(contributor))
        .stream()
        .map(secret -> secret.getMetadata().getName())
        .toList();
  }

  @Override
  public void written(Secret secret, Optional<String> before) {
    var id = ResourceID.fromResource(secret);
    var after = SecretMetadata.of(secret.getMetadata());
    before.ifPresentOrElse(
        version -> {
          var previous = new SecretMetadata();
          var metadata = new ObjectMeta();
          metadata.setResourceVersion(version);
          previous.setMetadata(metadata);
          started(secrets).handleRecentResourceUpdate(id, after, previous);
        },
        () -> started(secrets).handleRecentResourceCreate(id, after));
  }

  private static List<String> registryKey(RegistryCredential credential) {
    var spec = credential.getSpec();
    return spec == null ? List.of() : List.of(key(credential, spec.registryRef().name()));
  }

  private static List<String> secretKeys(RegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    return Stream.concat(
            spec.sources().map(SecretKeyRef::name),
            Stream.of(spec.secretName(credential.getMetadata().getName())))
        .map(name -> key(credential, name))
        .distinct()
        .toList();
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

  private static String contributorKey(Contributor contributor) {
    return contributor.kind() + "/" + contributor.name();
  }

  private static String key(HasMetadata resource, String name) {
    return resource.getMetadata().getNamespace() + "/" + name;
  }

  private static <C> C started(@Nullable C cache) {
    return Objects.requireNonNull(cache, "The controllers are not started");
  }
}
