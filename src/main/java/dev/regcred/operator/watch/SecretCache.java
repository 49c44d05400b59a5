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

/** What the watch of Secrets knows: their metadata, and for whom each is kept. */
final class SecretCache {
  private static final String BY_CONTRIBUTOR = "contributor";
  private static final String BY_CLUSTER_CONTRIBUTOR = "cluster-contributor";

  private final RecentWrites recent = new RecentWrites();
  private @Nullable InformerEventSource<SecretMetadata, RegistryCredential> secrets;

  void use(InformerEventSource<SecretMetadata, RegistryCredential> cache) {
    cache.addIndexer(
        BY_CONTRIBUTOR,
        secret ->
            contributors(secret)
                .map(contributor -> key(secret.getMetadata().getNamespace(), contributor))
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
    secrets = cache;
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
  List<String> keptFor(String namespace, CredentialRef contributor) {
    return Stream.concat(
            started().byIndex(BY_CONTRIBUTOR, key(namespace, contributor)).stream(),
            written(recent.in(namespace), contributor))
        .map(secret -> secret.getMetadata().getName())
        .distinct()
        .toList();
  }

  /** The namespaces with a Secret that is kept for a cluster-wide credential. */
  Set<String> namespacesKeptFor(CredentialRef contributor) {
    return Stream.concat(
            started().byIndex(BY_CLUSTER_CONTRIBUTOR, key(contributor)).stream(),
            written(recent.all(), contributor))
        .map(secret -> secret.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  /** The Secrets among these that, as they were written, are kept for a credential. */
  private Stream<SecretMetadata> written(Stream<ResourceID> ids, CredentialRef contributor) {
    return ids.flatMap(id -> get(id).stream())
        .filter(secret -> contributors(secret).anyMatch(contributor::equals));
  }

  /** Takes notice of what was just written. */
  void notice(ResourceID id, SecretMetadata after, Optional<String> before) {
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
    recent.written(after, known);
  }

  private static Stream<CredentialRef> contributors(SecretMetadata secret) {
    return secret.holdings().stream().map(MarkEntry::contributor);
  }

  private static String key(String namespace, CredentialRef contributor) {
    return namespace + "/" + key(contributor);
  }

  private static String key(CredentialRef contributor) {
    return contributor.kind() + "/" + contributor.name();
  }

  private InformerEventSource<SecretMetadata, RegistryCredential> started() {
    return Objects.requireNonNull(secrets, "The controllers are not started");
  }
}
