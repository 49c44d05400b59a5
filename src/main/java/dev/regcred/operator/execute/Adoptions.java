package dev.regcred.operator.execute;

import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * A record of the Secrets of other people that are taken over, each of which is told once: when the
 * write is done, whatever becomes of the rest of the pass. Where its answer is lost, the cache
 * tells later whether it was done.
 */
final class Adoptions {
  /** The most writes without an answer that are remembered; more are not told. */
  private static final int REMEMBERED = 1_000;

  private final ClusterView cache;
  private final BiConsumer<LifecycleResource<?, ?>, String> adopted;

  /** The UIDs of the credentials for which it was tried. */
  private final Map<Key, String> unanswered = new ConcurrentHashMap<>();

  private record Key(String namespace, String secret) {}

  /**
   * Adoptions of which none is under way.
   *
   * @param adopted told of each: the credential that it is for, and the Secret
   */
  Adoptions(ClusterView cache, BiConsumer<LifecycleResource<?, ?>, String> adopted) {
    this.cache = cache;
    this.adopted = adopted;
  }

  /** The write that takes a Secret over is done. */
  void recordDone(LifecycleResource<?, ?> credential, String namespace, String secret) {
    unanswered.remove(new Key(namespace, secret));
    tell(credential, namespace, secret);
  }

  /** The write that takes a Secret over has failed, or nobody knows. */
  void recordFailed(
      LifecycleResource<?, ?> credential,
      String namespace,
      String secret,
      KubernetesClientException failure) {
    var code = failure.getCode();
    // The client sends once more what was not answered, and a second write is a conflict.
    var isUnknown =
        code == 0
            || code == HttpURLConnection.HTTP_CONFLICT
            || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    if (isUnknown && unanswered.size() < REMEMBERED) {
      unanswered.put(new Key(namespace, secret), credential.getMetadata().getUid());
    }
  }

  /** Tells what was done of the writes for a credential whose answers were lost. */
  void tellUnanswered(LifecycleResource<?, ?> credential) {
    var uid = credential.getMetadata().getUid();
    var ref = new CredentialRef(credential.getKind(), credential.getMetadata().getName());
    unanswered.forEach(
        (key, writer) -> {
          if (writer.equals(uid)
              && isKeptFor(cache.secret(key.namespace(), key.secret()), ref)
              && unanswered.remove(key, writer)) {
            tell(credential, key.namespace(), key.secret());
          }
        });
  }

  /** Forgets a credential that is gone. */
  void forget(LifecycleResource<?, ?> credential) {
    unanswered.values().removeIf(credential.getMetadata().getUid()::equals);
  }

  private static boolean isKeptFor(Optional<SecretMetadata> secret, CredentialRef ref) {
    return secret
        .filter(s -> s.markEntries().stream().anyMatch(entry -> entry.credential().equals(ref)))
        .isPresent();
  }

  private void tell(LifecycleResource<?, ?> credential, String namespace, String secret) {
    var isInItsNamespace = namespace.equals(credential.getMetadata().getNamespace());
    adopted.accept(credential, isInItsNamespace ? secret : namespace + "/" + secret);
  }
}
