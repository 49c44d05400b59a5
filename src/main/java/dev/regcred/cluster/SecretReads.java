package dev.regcred.cluster;

import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The contents of Secrets, each read when it is needed, once in a look at a credential, and not
 * kept after the last of several looks in a row.
 */
final class SecretReads {
  private final KubernetesClient client;
  private final ClusterCache cache;
  private final @Nullable KnownSecrets known;
  private final Map<String, CompletableFuture<Optional<Secret>>> read = new ConcurrentHashMap<>();

  /**
   * @param known what is known of pull Secrets without reading them; null to read each
   */
  SecretReads(KubernetesClient client, ClusterCache cache, @Nullable KnownSecrets known) {
    this.client = client;
    this.cache = cache;
    this.known = known;
  }

  /** Before another look: forgets all but what the watch knows to be the newest version. */
  void dropChanged() {
    read.values()
        .removeIf(secret -> secret.getNow(Optional.empty()).filter(this::isNewest).isEmpty());
  }

  private boolean isNewest(Secret secret) {
    var metadata = secret.getMetadata();
    return cache
        .secret(metadata.getNamespace(), metadata.getName())
        .map(known -> known.getMetadata().getResourceVersion())
        .filter(metadata.getResourceVersion()::equals)
        .isPresent();
  }

  /** The watch knows at once of one that is not there; one that may be there is read. */
  Optional<Secret> secret(String namespace, String name) {
    var key = namespace + "/" + name;
    var mine = new CompletableFuture<Optional<Secret>>();
    var others = read.putIfAbsent(key, mine);
    if (others != null) {
      return joined(others);
    }
    try {
      mine.complete(
          cache
              .secret(namespace, name)
              .flatMap(
                  _ ->
                      Optional.ofNullable(
                          client.secrets().inNamespace(namespace).withName(name).get())));
    } catch (RuntimeException e) {
      read.remove(key);
      mine.completeExceptionally(e);
    }
    return joined(mine);
  }

  /** What the one who asks for it gets, all get. */
  private static Optional<Secret> joined(CompletableFuture<Optional<Secret>> read) {
    try {
      return read.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The same as a pull Secret; null if there is none. */
  @Nullable PullSecret pullSecret(String namespace, String name) {
    if (known == null) {
      return secret(namespace, name).map(Secrets::pullSecret).orElse(null);
    }
    return cache
        .secret(namespace, name)
        .flatMap(
            current ->
                known
                    .get(namespace, current)
                    .or(() -> secret(namespace, name).map(secret -> known.see(secret, cache))))
        .orElse(null);
  }
}
