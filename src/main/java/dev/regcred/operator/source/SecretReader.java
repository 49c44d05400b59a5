package dev.regcred.operator.source;

import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.memory.PullSecretCache;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The contents of Secrets, each read when it is needed, once in a look at a credential, and not
 * kept after the last of several looks in a row. What is more than may be in memory is not kept so
 * long either, but read again when it is asked for again.
 */
public final class SecretReader {
  /**
   * How much of the Secrets that were read is kept, in characters. A look may concern the sources
   * of 200 credentials, each of them a Secret of a megabyte.
   */
  public static final long MAX_KEPT = 2 << 20;

  private final ObjectRequests requests;
  private final ClusterView cache;
  private final @Nullable PullSecretCache secrets;
  private final Map<String, CompletableFuture<Optional<Secret>>> read = new ConcurrentHashMap<>();
  private final AtomicLong kept = new AtomicLong();

  /**
   * A reader that has read nothing yet.
   *
   * @param secrets what is known of pull Secrets without reading them; null to read each
   */
  public SecretReader(
      ObjectRequests requests, ClusterView cache, @Nullable PullSecretCache secrets) {
    this.requests = requests;
    this.cache = cache;
    this.secrets = secrets;
  }

  /** Another look begins: this forgets all but what the watch knows to be the newest version. */
  public void forgetChanged() {
    read.values()
        .removeIf(secret -> secret.getNow(Optional.empty()).filter(this::isNewest).isEmpty());
    kept.set(read.values().stream().mapToLong(secret -> size(secret.join())).sum());
  }

  private static long size(Optional<Secret> secret) {
    return secret.map(Secrets::size).orElse(0L);
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
  public Optional<Secret> secret(String namespace, String name) {
    var key = namespace + "/" + name;
    var mine = new CompletableFuture<Optional<Secret>>();
    var others = read.putIfAbsent(key, mine);
    if (others != null) {
      return joined(others);
    }
    try {
      var secret =
          cache.secret(namespace, name).flatMap(_ -> requests.get(Secret.class, namespace, name));
      if (kept.addAndGet(size(secret)) > MAX_KEPT) {
        kept.addAndGet(-size(secret));
        read.remove(key);
      }
      mine.complete(secret);
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

  /** The Secret of that name as a pull Secret; null if there is none. */
  @Nullable
  public PullSecret pullSecret(String namespace, String name) {
    if (secrets == null) {
      return secret(namespace, name).map(Secrets::pullSecret).orElse(null);
    }
    return cache
        .secret(namespace, name)
        .flatMap(
            current ->
                secrets
                    .get(namespace, current)
                    .or(() -> secret(namespace, name).map(secret -> secrets.put(secret, cache))))
        .orElse(null);
  }
}
