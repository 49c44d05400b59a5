package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cache of what the watch of ServiceAccounts knows, and which Secrets are attached to each. */
final class ServiceAccountCache {
  private static final String BY_ATTACHED = "attached";
  private static final String BY_ATTACHED_NAME = "attached-name";
  private static final String BY_NAMESPACE = "in-namespace";

  private final RecentWrites recent = new RecentWrites();
  private @Nullable InformerEventSource<ServiceAccountMetadata, RegistryCredential> informer;

  void setInformer(InformerEventSource<ServiceAccountMetadata, RegistryCredential> cache) {
    cache.addIndexer(
        BY_ATTACHED,
        serviceAccount ->
            serviceAccount.attached().stream()
                .map(secret -> serviceAccount.getMetadata().getNamespace() + "/" + secret)
                .distinct()
                .toList());
    cache.addIndexer(
        BY_ATTACHED_NAME, serviceAccount -> serviceAccount.attached().stream().distinct().toList());
    cache.addIndexer(
        BY_NAMESPACE, serviceAccount -> List.of(serviceAccount.getMetadata().getNamespace()));
    informer = cache;
  }

  RecentWrites recent() {
    return recent;
  }

  Optional<ServiceAccountMetadata> get(String namespace, String name) {
    return started().get(new ResourceID(name, namespace));
  }

  List<ServiceAccountMetadata> in(String namespace) {
    return newest(BY_NAMESPACE, namespace);
  }

  /** Those that a Secret is attached to. */
  List<ServiceAccountMetadata> with(String namespace, String secretName) {
    return Stream.concat(
            newest(BY_ATTACHED, namespace + "/" + secretName).stream(),
            written(recent.in(namespace), secretName))
        .distinct()
        .toList();
  }

  /** The namespaces with one that a Secret of that name is attached to. */
  Set<String> namespacesWith(String secretName) {
    return Stream.concat(
            started().byIndex(BY_ATTACHED_NAME, secretName).stream(),
            written(recent.all(), secretName))
        .map(serviceAccount -> serviceAccount.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  /** The accounts among these that, as they were written, a Secret is attached to. */
  private Stream<ServiceAccountMetadata> written(Stream<ResourceID> ids, String secretName) {
    return ids.flatMap(id -> started().get(id).stream())
        .filter(serviceAccount -> serviceAccount.attached().contains(secretName));
  }

  /**
   * Takes notice of what was just written.
   *
   * @param before the version that was changed
   * @return the Secrets that were detached by it
   */
  Set<String> written(ServiceAccountMetadata serviceAccount, String before) {
    var id = ResourceID.fromResource(serviceAccount);
    var known = started().get(id);
    var detached = new HashSet<>(known.map(ServiceAccountMetadata::attached).orElse(List.of()));
    var previous = new ServiceAccountMetadata();
    previous.setMetadata(new ObjectMetaBuilder().withResourceVersion(before).build());
    started().handleRecentResourceUpdate(id, serviceAccount, previous);
    recent.add(serviceAccount, known);
    serviceAccount.attached().forEach(detached::remove);
    return detached;
  }

  /** The index is of the watch alone; what we just wrote may be newer. */
  private List<ServiceAccountMetadata> newest(String index, String key) {
    return started().byIndex(index, key).stream()
        .flatMap(
            serviceAccount ->
                get(
                    serviceAccount.getMetadata().getNamespace(),
                    serviceAccount.getMetadata().getName())
                    .stream())
        .toList();
  }

  private InformerEventSource<ServiceAccountMetadata, RegistryCredential> started() {
    return Objects.requireNonNull(informer, "The controllers are not started");
  }
}
