package dev.regcred.operator.execute;

import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * A record of the Secrets of other people that are taken over, each of which is told once: when the
 * write is done, whatever becomes of the rest of the pass. Where its answer is lost, the cache
 * tells later whether it was done.
 */
final class Adoptions {
  /** The most writes of each sort that are remembered; more without an answer are not told. */
  private static final int REMEMBERED = 1_000;

  private final ClusterView cache;
  private final BiConsumer<LifecycleResource<?, ?>, String> adopted;

  /** The UIDs of the credentials for which it was tried. */
  private final Map<Attempt, String> unanswered = new ConcurrentHashMap<>();

  /** Those that were told last. */
  private final Set<Attempt> told =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Attempt, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /**
   * A write that would take a Secret over. However many credentials share it and try, the API
   * server lets one write at most start from a version.
   *
   * @param uid of the Secret: another one may have its name later
   * @param version the one that it starts from
   */
  record Attempt(String namespace, String secret, String uid, String version) {
    private boolean isOfTheSame(Attempt other) {
      return uid.equals(other.uid);
    }
  }

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
  void recordDone(LifecycleResource<?, ?> credential, Attempt attempt) {
    told.add(attempt);
    unanswered.keySet().removeIf(attempt::isOfTheSame);
    tell(credential, attempt);
  }

  /** The write that takes a Secret over has failed, or nobody knows. */
  void recordFailed(
      LifecycleResource<?, ?> credential, Attempt attempt, KubernetesClientException failure) {
    var code = failure.getCode();
    // The client sends once more what was not answered, and a second write is a conflict.
    var isUnknown =
        code <= 0 // There was no answer.
            || code == HttpURLConnection.HTTP_CONFLICT
            || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    if (isUnknown && unanswered.size() < REMEMBERED) {
      unanswered.put(attempt, credential.getMetadata().getUid());
    }
  }

  /** Tells what was done of the writes for a credential whose answers were lost. */
  void tellUnanswered(LifecycleResource<?, ?> credential) {
    var uid = credential.getMetadata().getUid();
    var ref = new CredentialRef(credential.getKind(), credential.getMetadata().getName());
    unanswered.forEach(
        (attempt, writer) -> {
          if (writer.equals(uid)
              && isKeptFor(cache.secret(attempt.namespace(), attempt.secret()), attempt, ref)
              && unanswered.remove(attempt, writer)
              && told.add(attempt)) {
            tell(credential, attempt);
          }
        });
  }

  /** Forgets a credential that is gone. */
  void forget(LifecycleResource<?, ?> credential) {
    unanswered.values().removeIf(credential.getMetadata().getUid()::equals);
  }

  private static boolean isKeptFor(
      Optional<SecretMetadata> secret, Attempt attempt, CredentialRef ref) {
    return secret
        .filter(s -> s.getMetadata().getUid().equals(attempt.uid()))
        .filter(s -> s.markEntries().stream().anyMatch(entry -> entry.credential().equals(ref)))
        .isPresent();
  }

  private void tell(LifecycleResource<?, ?> credential, Attempt attempt) {
    var isInItsNamespace = attempt.namespace().equals(credential.getMetadata().getNamespace());
    adopted.accept(
        credential,
        isInItsNamespace ? attempt.secret() : attempt.namespace() + "/" + attempt.secret());
  }
}
