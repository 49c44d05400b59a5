package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.MarkEntry;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cache of what the watch of Secrets knows: their metadata, and for whom each is kept. */
final class SecretCache {
  private static final String BY_CONTRIBUTOR = "contributor";
  private static final String BY_CLUSTER_CONTRIBUTOR = "cluster-contributor";

  private final KindCache<SecretMetadata> watched;

  /**
   * A cache that has no informer yet.
   *
   * @param hasOneWatch whether one watch brings all Secrets
   */
  SecretCache(boolean hasOneWatch) {
    this.watched = new KindCache<>(true, hasOneWatch);
  }

  void setInformer(IndexerResourceCache<SecretMetadata> cache) {
    watched.setInformer(
        cache,
        Map.of(
            BY_CONTRIBUTOR,
            secret ->
                contributors(secret).map(ref -> key(secret.getMetadata().getNamespace(), ref)),
            BY_CLUSTER_CONTRIBUTOR,
            secret ->
                contributors(secret).filter(CredentialRef::isClusterWide).map(SecretCache::key)));
  }

  RecentWrites<SecretMetadata> recent() {
    return watched.recent();
  }

  Optional<SecretMetadata> get(String namespace, String name) {
    return watched.get(namespace, name);
  }

  /** The versions in which they are known. */
  Stream<String> versions() {
    return watched.all().map(secret -> secret.getMetadata().getResourceVersion());
  }

  /** The names of the Secrets of a namespace that are kept for a credential. */
  List<String> keptFor(String namespace, CredentialRef ref) {
    return Stream.concat(
            keptFor(recent().in(namespace), ref),
            watched.byIndex(BY_CONTRIBUTOR, key(namespace, ref)).stream())
        .map(secret -> secret.getMetadata().getName())
        .distinct()
        .toList();
  }

  /** The namespaces with a Secret that is kept for a cluster-wide credential. */
  Set<String> namespacesKeptFor(CredentialRef ref) {
    return Stream.concat(
            keptFor(recent().all(), ref),
            watched.byIndex(BY_CLUSTER_CONTRIBUTOR, key(ref)).stream())
        .map(secret -> secret.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  private static Stream<SecretMetadata> keptFor(List<SecretMetadata> some, CredentialRef ref) {
    return some.stream().filter(secret -> contributors(secret).anyMatch(ref::equals));
  }

  private static Stream<CredentialRef> contributors(SecretMetadata secret) {
    return secret.markEntries().stream().map(MarkEntry::credential);
  }

  private static String key(String namespace, CredentialRef ref) {
    return namespace + "/" + key(ref);
  }

  private static String key(CredentialRef ref) {
    return ref.kind() + "/" + ref.name();
  }
}
