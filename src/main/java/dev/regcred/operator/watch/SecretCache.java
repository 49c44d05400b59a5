package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.MarkEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cache of what the watch of Secrets knows: their metadata, and for whom each is kept. */
final class SecretCache {
  private static final String BY_CONTRIBUTOR = "contributor";
  private static final String BY_CLUSTER_CONTRIBUTOR = "cluster-contributor";

  private final RecentWrites recent = new RecentWrites();
  private @Nullable InformerEventSource<SecretMetadata, RegistryCredential> informer;

  void setInformer(InformerEventSource<SecretMetadata, RegistryCredential> cache) {
    cache.addIndexer(
        BY_CONTRIBUTOR,
        secret ->
            contributors(secret)
                .map(ref -> key(secret.getMetadata().getNamespace(), ref))
                .distinct()
                .toList());
    cache.addIndexer(
        BY_CLUSTER_CONTRIBUTOR,
        secret ->
            contributors(secret)
                .filter(CredentialRef::isClusterWide)
                .map(SecretCache::key)
                .distinct()
                .toList());
    informer = cache;
  }

  RecentWrites recent() {
    return recent;
  }

  Optional<SecretMetadata> get(ResourceID id) {
    return started().get(id);
  }

  /** The versions in which they are known. */
  Stream<String> versions() {
    return started().list().map(secret -> secret.getMetadata().getResourceVersion());
  }

  /** The names of the Secrets of a namespace that are kept for a credential. */
  List<String> keptFor(String namespace, CredentialRef ref) {
    return Stream.concat(
            started().byIndex(BY_CONTRIBUTOR, key(namespace, ref)).stream(),
            recentlyWritten(recent.in(namespace), ref))
        .map(secret -> secret.getMetadata().getName())
        .distinct()
        .toList();
  }

  /** The namespaces with a Secret that is kept for a cluster-wide credential. */
  Set<String> namespacesKeptFor(CredentialRef ref) {
    return Stream.concat(
            started().byIndex(BY_CLUSTER_CONTRIBUTOR, key(ref)).stream(),
            recentlyWritten(recent.all(), ref))
        .map(secret -> secret.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  /** The Secrets among these that, as they were written, are kept for a credential. */
  private Stream<SecretMetadata> recentlyWritten(Stream<ResourceID> ids, CredentialRef ref) {
    return ids.flatMap(id -> get(id).stream())
        .filter(secret -> contributors(secret).anyMatch(ref::equals));
  }

  /** Takes notice of what was just written. */
  void addWritten(ResourceID id, SecretMetadata after, Optional<String> before) {
    var known = get(id);
    if (before.isPresent() && known.isEmpty()) {
      return; // It was deleted meanwhile, and the SDK expects to know what was changed.
    }
    before.ifPresentOrElse(
        version -> {
          var previous = new SecretMetadata();
          var metadata = new ObjectMeta();
          metadata.setResourceVersion(version);
          previous.setMetadata(metadata);
          started().handleRecentResourceUpdate(id, after, previous);
        },
        () -> started().handleRecentResourceCreate(id, after));
    recent.add(after, known);
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

  private InformerEventSource<SecretMetadata, RegistryCredential> started() {
    return Objects.requireNonNull(informer, "The controllers are not started");
  }
}
