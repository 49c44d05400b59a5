package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.cluster.NamespaceState;
import dev.regcred.plan.NamespaceSelection;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of the cache that is not in a namespace: the cluster-wide kinds, and the namespaces. An
 * operator that serves some namespaces only has none of it, and finds nothing here.
 */
final class ClusterWideCache {
  private static final String BY_REGISTRY = "registry";
  private static final String BY_TARGET = "target";
  private static final String BY_SOURCE = "source";
  private static final String BY_ACCOUNT = "account";
  private static final String BY_ADDRESS = "address";
  private static final String BY_LABEL = "label";

  /** In the place of a name: a selector may select any ServiceAccount. */
  private static final String ANY = "*";

  private final NamespaceSelection selection;
  private final boolean isServed;
  private @Nullable IndexerResourceCache<ClusterRegistry> registries;
  private @Nullable IndexerResourceCache<ClusterRegistryCredential> credentials;
  private @Nullable IndexerResourceCache<NamespaceState> namespaces;
  private BooleanSupplier isWatchingNamespaces = () -> false;

  /**
   * @param isServed whether the cluster-wide kinds are watched at all
   */
  ClusterWideCache(NamespaceSelection selection, boolean isServed) {
    this.selection = selection;
    this.isServed = isServed;
  }

  boolean isServed() {
    return isServed;
  }

  void useRegistries(IndexerResourceCache<ClusterRegistry> cache) {
    cache.addIndexer(
        BY_ADDRESS, registry -> address(registry).map(ServerAddress::value).stream().toList());
    registries = cache;
  }

  void useCredentials(IndexerResourceCache<ClusterRegistryCredential> cache) {
    cache.addIndexer(BY_REGISTRY, keys(c -> Stream.of(spec(c).registryRef().name())));
    cache.addIndexer(BY_TARGET, keys(c -> Stream.of(secretName(c))));
    cache.addIndexer(BY_SOURCE, keys(c -> spec(c).sourceSecrets()));
    cache.addIndexer(
        BY_ACCOUNT,
        keys(
            c ->
                spec(c).serviceAccountSelector() == null
                    ? spec(c).serviceAccounts().stream()
                    : Stream.of(ANY)));
    credentials = cache;
  }

  /**
   * @param isRunning whether its watch is on
   */
  void useNamespaces(IndexerResourceCache<NamespaceState> cache, BooleanSupplier isRunning) {
    cache.addIndexer(
        BY_LABEL,
        namespace ->
            labels(namespace).entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toList());
    namespaces = cache;
    isWatchingNamespaces = isRunning;
  }

  Stream<ClusterRegistryCredential> credentials() {
    return credentials == null ? Stream.empty() : credentials.list();
  }

  Optional<ClusterRegistry> registry(String name) {
    return isServed ? started(registries).get(new ResourceID(name)) : Optional.empty();
  }

  List<ClusterRegistry> registriesAt(ServerAddress address) {
    return newest(registries, BY_ADDRESS, address.value());
  }

  /** The other ClusterRegistries that want the address of this one. */
  Stream<ResourceID> rivalsOf(ClusterRegistry registry) {
    return address(registry).stream()
        .flatMap(address -> registriesAt(address).stream())
        .map(ResourceID::fromResource)
        .filter(other -> !other.equals(ResourceID.fromResource(registry)));
  }

  Optional<ClusterRegistryCredential> credential(String name) {
    return isServed ? started(credentials).get(new ResourceID(name)) : Optional.empty();
  }

  List<ClusterRegistryCredential> credentialsOf(String registryName) {
    return newest(credentials, BY_REGISTRY, registryName);
  }

  List<ClusterRegistryCredential> credentialsOfSecret(String secretName) {
    return newest(credentials, BY_TARGET, secretName).stream()
        .filter(c -> c.getSpec() != null && secretName(c).equals(secretName))
        .toList();
  }

  /** Those that read a Secret of the source namespace. */
  List<ClusterRegistryCredential> credentialsReading(String secretName) {
    return newest(credentials, BY_SOURCE, secretName);
  }

  /** Those whose spec may select a ServiceAccount of that name. */
  Stream<ClusterRegistryCredential> credentialsSelecting(String account) {
    return Stream.concat(
        newest(credentials, BY_ACCOUNT, account).stream(),
        newest(credentials, BY_ACCOUNT, ANY).stream());
  }

  /** The names of those that it selects; by the index where it asks for a label's value. */
  List<String> selectedNamespaces(ClusterRegistryCredential credential) {
    var spec = credential.getSpec();
    if (spec == null || !isServed) {
      return List.of();
    }
    var labels = spec.namespaceSelector().matchLabels().entrySet().iterator();
    Stream<NamespaceState> candidates;
    if (labels.hasNext()) {
      var label = labels.next();
      candidates =
          started(namespaces).byIndex(BY_LABEL, label.getKey() + "=" + label.getValue()).stream();
    } else {
      candidates = started(namespaces).list();
    }
    return candidates
        .filter(
            namespace ->
                selection.selects(spec, namespace.getMetadata().getName(), labels(namespace)))
        .map(namespace -> namespace.getMetadata().getName())
        .toList();
  }

  boolean isSelected(ClusterRegistryCredential credential, String namespace) {
    return isServed
        && started(namespaces)
            .get(new ResourceID(namespace))
            .filter(state -> isSelected(credential, state))
            .isPresent();
  }

  boolean isSelected(ClusterRegistryCredential credential, NamespaceState namespace) {
    return credential.getSpec() != null
        && selection.selects(
            credential.getSpec(), namespace.getMetadata().getName(), labels(namespace));
  }

  Map<String, String> labelsOf(String namespace) {
    return namespaces == null
        ? Map.of()
        : namespaces.get(new ResourceID(namespace)).map(ClusterWideCache::labels).orElse(Map.of());
  }

  /** Registries may be planned before the watch of namespaces is on; none is known to be then. */
  boolean isTerminating(String namespace) {
    return namespaces != null
        && isWatchingNamespaces.getAsBoolean()
        && namespaces
            .get(new ResourceID(namespace))
            .filter(NamespaceState::isMarkedForDeletion)
            .isPresent();
  }

  private <R extends HasMetadata> List<R> newest(
      @Nullable IndexerResourceCache<R> cache, String index, String key) {
    if (!isServed) {
      return List.of();
    }
    return started(cache).byIndex(index, key).stream()
        // The index is of the watch alone; a status that we just wrote may be newer.
        .map(r -> started(cache).get(ResourceID.fromResource(r)).orElse(r))
        .toList();
  }

  private static Function<ClusterRegistryCredential, List<String>> keys(
      Function<ClusterRegistryCredential, Stream<String>> keys) {
    return credential ->
        credential.getSpec() == null ? List.of() : keys.apply(credential).distinct().toList();
  }

  private static dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec spec(
      ClusterRegistryCredential credential) {
    return Objects.requireNonNull(credential.getSpec());
  }

  private static String secretName(ClusterRegistryCredential credential) {
    return spec(credential).secretName(credential.getMetadata().getName());
  }

  private static Map<String, String> labels(NamespaceState namespace) {
    return Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
  }

  private static Optional<ServerAddress> address(ClusterRegistry registry) {
    try {
      return Optional.ofNullable(registry.getSpec())
          .map(spec -> ServerAddress.parse(spec.serverAddress()));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }

  private static <C> C started(@Nullable C cache) {
    return Objects.requireNonNull(cache, "The controllers are not started");
  }
}
