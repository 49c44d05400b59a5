package dev.regcred.operator.memory;

import dev.regcred.plan.Failure;
import dev.regcred.plan.credential.NamespaceBackoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The times at which a cluster-wide credential is tried again in a namespace where it failed: after
 * a growing delay, and no sooner than the API server asks. Each namespace has its own, so that none
 * keeps the others waiting. It is over at once when the credential is changed.
 */
public final class NamespaceBackoffs {
  private static final Duration FIRST_DELAY = Duration.ofMillis(50);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 11;

  private final Clock clock;
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

  private record Key(String credential, String namespace) {}

  private record Entry(long generation, int failures, NamespaceBackoff backoff) {}

  public NamespaceBackoffs(Clock clock) {
    this.clock = clock;
  }

  /**
   * The back-off of a credential in a namespace; null if there is none.
   *
   * @param credential its UID
   * @param generation of its spec
   */
  @Nullable
  public NamespaceBackoff backoff(String credential, long generation, String namespace) {
    var entry = entries.get(new Key(credential, namespace));
    return entry == null || entry.generation != generation ? null : entry.backoff;
  }

  /** A credential has failed in a namespace, once more. */
  public NamespaceBackoff recordFailure(
      String credential, long generation, String namespace, Failure failure) {
    return entries.compute(
            new Key(credential, namespace),
            (_, before) -> {
              var isNew =
                  before == null || before.generation != generation || isOver(before.backoff);
              var failures = isNew ? 1 : before.failures + 1;
              return new Entry(
                  generation, failures, new NamespaceBackoff(failure, until(failure, failures)));
            })
        .backoff;
  }

  /** A credential has succeeded in a namespace, which ends its back-off. */
  public void recordSuccess(String credential, String namespace) {
    entries.remove(new Key(credential, namespace));
  }

  /** Forgets all credentials in a namespace that is gone. */
  public void forgetNamespace(String namespace) {
    entries.keySet().removeIf(key -> key.namespace.equals(namespace));
  }

  /** Forgets a credential, by its UID, in all namespaces. */
  public void forget(String credential) {
    entries.keySet().removeIf(key -> key.credential.equals(credential));
  }

  /** Whoever had nothing to write there since then, has not failed since then. */
  private boolean isOver(NamespaceBackoff backoff) {
    return backoff.until().plus(LONGEST_DELAY).isBefore(clock.instant());
  }

  private Instant until(Failure failure, int failures) {
    var delay =
        failure.kind().retryClass() == Failure.RetryClass.TERMINAL
            ? LONGEST_DELAY
            : FIRST_DELAY.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    var bounded = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    var asked = failure.retryAfter();
    return clock.instant().plus(asked == null || asked.compareTo(bounded) < 0 ? bounded : asked);
  }
}
