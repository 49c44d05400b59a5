package dev.regcred.operator.memory;

import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The pull Secrets of cluster-wide credentials as they were last read or written, so that a
 * rotation in thousands of namespaces need not read each of them first. What is known of a Secret
 * counts for exactly that version of it.
 *
 * <p>The copies of one credential have the same content in all namespaces, and it is kept once.
 * That content is the one secret value that stays in memory between two passes.
 */
public final class PullSecretCache {
  /**
   * The most characters of a Secret that is kept. Who may edit a namespace can make the copies in
   * it larger, each another way; such a one is read anew each time.
   */
  static final long MAX_CHARACTERS = 131_072;

  /** The number below which nothing is swept. */
  private static final int FEW = 1_000;

  private final Map<String, Known> secrets = new ConcurrentHashMap<>();
  private final Map<PullSecret, WeakReference<PullSecret>> contents = new WeakHashMap<>();
  private int sweepAt = FEW;

  /**
   * A pull Secret as it was read or written last.
   *
   * @param content what it holds, as that of no Secret in particular
   */
  private record Known(
      String namespace, String name, String uid, String version, PullSecret content) {}

  /** The Secret in that version; empty if that is not known. */
  public Optional<PullSecret> get(String namespace, SecretMetadata current) {
    var metadata = current.getMetadata();
    var known = secrets.get(key(namespace, metadata.getName()));
    if (known == null
        || !known.version.equals(metadata.getResourceVersion())
        || !known.uid.equals(metadata.getUid())) {
      return Optional.empty();
    }
    return Optional.of(known.content.as(known.name, known.uid, known.version));
  }

  /** Takes notice of a Secret that was read or written; of ours only. */
  public PullSecret put(Secret secret, ClusterView cache) {
    var pull = Secrets.pullSecret(secret);
    var namespace = secret.getMetadata().getNamespace();
    if (pull.markEntries().isEmpty() || characters(pull) > MAX_CHARACTERS) {
      forget(namespace, pull.name());
      return pull;
    }
    var content = shared(pull.as("", "", ""));
    secrets.put(
        key(namespace, pull.name()),
        new Known(namespace, pull.name(), pull.uid(), pull.resourceVersion(), content));
    sweep(cache);
    return pull;
  }

  private static long characters(PullSecret secret) {
    return Stream.of(secret.labels(), secret.annotations(), secret.data())
        .flatMap(map -> map.entrySet().stream())
        .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
        .sum();
  }

  public void forget(String namespace, String name) {
    secrets.remove(key(namespace, name));
  }

  private PullSecret shared(PullSecret content) {
    synchronized (contents) {
      var reference = contents.get(content);
      var shared = reference == null ? null : reference.get();
      if (shared != null) {
        return shared;
      }
      contents.put(content, new WeakReference<>(content));
      return content;
    }
  }

  /** Forgets those that went with their namespace, each time that their number has doubled. */
  private void sweep(ClusterView cache) {
    if (secrets.size() < sweepAt) {
      return;
    }
    synchronized (contents) {
      if (secrets.size() >= sweepAt) {
        secrets.values().removeIf(known -> cache.secret(known.namespace, known.name).isEmpty());
        sweepAt = Math.max(FEW, 2 * secrets.size());
      }
    }
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
