package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.kinds.LifecycleResource;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of what the watch of Registries, or of ClusterRegistries, knows.
 *
 * @param <R> which of the two; namespaces are null for the latter
 */
final class RegistryCache<R extends LifecycleResource<? extends ServerSpec, RegistryStatus>> {
  private static final String BY_ADDRESS = "address";

  private final KindCache<R> watched;

  /**
   * A cache that has no informer yet.
   *
   * @param isServed whether the kind is watched at all
   * @param hasOneWatch whether one watch brings all objects of the kind
   */
  RegistryCache(boolean isServed, boolean hasOneWatch) {
    this.watched = new KindCache<>(isServed, hasOneWatch);
  }

  RecentWrites<R> recent() {
    return watched.recent();
  }

  void setInformer(IndexerResourceCache<R> cache) {
    watched.setInformer(
        cache,
        Map.of(
            BY_ADDRESS,
            registry ->
                address(registry)
                    .map(address -> key(registry.getMetadata().getNamespace(), address))
                    .stream()));
  }

  Optional<R> get(@Nullable String namespace, String name) {
    return watched.get(namespace, name);
  }

  /** Those with a canonical address. */
  List<R> at(@Nullable String namespace, ServerAddress address) {
    return watched.byIndex(BY_ADDRESS, key(namespace, address));
  }

  /** The others that want the address of this one. */
  Stream<R> rivalsOf(R registry) {
    var id = ResourceID.fromResource(registry);
    return address(registry).stream()
        .flatMap(address -> at(registry.getMetadata().getNamespace(), address).stream())
        .filter(other -> !ResourceID.fromResource(other).equals(id));
  }

  private static String key(@Nullable String namespace, ServerAddress address) {
    return Objects.requireNonNullElse(namespace, "") + "/" + address.value();
  }

  private static Optional<ServerAddress> address(LifecycleResource<? extends ServerSpec, ?> of) {
    try {
      return Optional.ofNullable(of.getSpec())
          .map(spec -> ServerAddress.parse(spec.serverAddress()));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }
}
