package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.ServiceAccountMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cache of what the watch of ServiceAccounts knows, and which Secrets are attached to each. */
final class ServiceAccountCache {
  private static final String BY_ATTACHED = "attached";
  private static final String BY_ATTACHED_NAME = "attached-name";
  private static final String BY_NAMESPACE = "in-namespace";

  private final KindCache<ServiceAccountMetadata> watched;

  /**
   * A cache that has no informer yet.
   *
   * @param hasOneWatch whether one watch brings all ServiceAccounts
   */
  ServiceAccountCache(boolean hasOneWatch) {
    this.watched = new KindCache<>(true, hasOneWatch);
  }

  void setInformer(IndexerResourceCache<ServiceAccountMetadata> cache) {
    watched.setInformer(
        cache,
        Map.of(
            BY_ATTACHED,
            serviceAccount ->
                serviceAccount.attached().stream()
                    .map(secret -> serviceAccount.getMetadata().getNamespace() + "/" + secret),
            BY_ATTACHED_NAME,
            serviceAccount -> serviceAccount.attached().stream(),
            BY_NAMESPACE,
            serviceAccount -> Stream.of(serviceAccount.getMetadata().getNamespace())));
  }

  RecentWrites<ServiceAccountMetadata> recent() {
    return watched.recent();
  }

  Optional<ServiceAccountMetadata> get(String namespace, String name) {
    return watched.get(namespace, name);
  }

  List<ServiceAccountMetadata> in(String namespace) {
    return watched.byIndex(BY_NAMESPACE, namespace);
  }

  /** Those that a Secret is attached to. */
  List<ServiceAccountMetadata> with(String namespace, String secretName) {
    return Stream.concat(
            with(recent().in(namespace), secretName),
            watched.byIndex(BY_ATTACHED, namespace + "/" + secretName).stream())
        .distinct()
        .toList();
  }

  /** The namespaces with one that a Secret of that name is attached to. */
  Set<String> namespacesWith(String secretName) {
    return Stream.concat(
            with(recent().all(), secretName),
            watched.byIndex(BY_ATTACHED_NAME, secretName).stream())
        .map(serviceAccount -> serviceAccount.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  private static Stream<ServiceAccountMetadata> with(
      List<ServiceAccountMetadata> some, String secretName) {
    return some.stream().filter(serviceAccount -> serviceAccount.attached().contains(secretName));
  }

  /**
   * Writes one, and takes notice of it.
   *
   * @param before the version that is changed
   * @return the Secrets that were detached by it
   */
  Set<String> write(
      String namespace, String name, String before, Supplier<ServiceAccountMetadata> write) {
    var known = get(namespace, name);
    var after = recent().write(new ResourceID(name, namespace), before, write);
    var detached = new HashSet<>(known.map(ServiceAccountMetadata::attached).orElse(List.of()));
    after.attached().forEach(detached::remove);
    return detached;
  }
}
