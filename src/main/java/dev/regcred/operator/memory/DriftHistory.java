package dev.regcred.operator.memory;

import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.Contention;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.NamespaceSnapshot;
import dev.regcred.pullsecret.PullSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions in which each pull Secret was right, so that a write to put it right is told from a
 * rotation: another version than that was made by somebody else. So it is of a Secret that the
 * operator has deleted, and that somebody has put back when it is deleted again.
 *
 * <p>Corrections that follow each other are a fight. The first few are made at once, the next ones
 * with a growing delay, without end. It is kept in memory only: after a restart the first look at a
 * Secret counts as its beginning.
 */
public final class DriftHistory {
  /** How many corrections in a row are made at once. */
  static final int AT_ONCE = 5;

  private static final Duration QUIET = Duration.ofMinutes(10);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 9;

  /** The number below which nothing is swept. */
  static final int FEW = 1_000;

  private final Clock clock;
  private final Consumer<String> corrected;
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger sweepAt = new AtomicInteger(FEW);

  /** The key of a Secret, or of the list of a ServiceAccount. */
  private record Key(String namespace, String name, boolean isServiceAccount) {}

  /**
   * What is remembered of a Secret or a list.
   *
   * @param version the version that was right; null if the operator has deleted the Secret
   * @param corrections how many in a row
   * @param until when the next one is due
   * @param last when the last one was made
   */
  private record Entry(@Nullable String version, int corrections, Instant until, Instant last) {
    Entry in(@Nullable String other) {
      return new Entry(other, corrections, until, last);
    }
  }

  /**
   * A history that knows nothing yet.
   *
   * @param corrected told of each correction: the kind of what was put right
   */
  public DriftHistory(Clock clock, Consumer<String> corrected) {
    this.clock = clock;
    this.corrected = corrected;
  }

  /**
   * The fight for a Secret; null where nobody has changed it since it was put right, and what is
   * written to it is no answer to anybody.
   */
  @Nullable
  public Contention contention(String namespace, String name, @Nullable PullSecret current) {
    var entry = entries.get(key(namespace, name));
    var version = current == null ? null : current.resourceVersion();
    return entry == null || entry.corrections < AT_ONCE || Objects.equals(entry.version, version)
        ? null
        : new Contention(
            entry.corrections,
            entry.until,
            current == null ? null : current.otherManager(),
            entry.version == null);
  }

  /** A target that a settled plan leaves as it is, is right as it is. */
  public void recordPlan(CredentialSnapshot observed, Plan plan) {
    if (plan.next() instanceof Plan.Next.GoneWithNamespace) {
      entries.remove(key(observed.namespace().name(), observed.namespace().target().name()));
      return;
    }
    if (plan.next() instanceof Plan.Next.AtOnce) {
      return;
    }
    var written =
        plan.actions().stream()
            .flatMap(action -> recordWrite(observed, action))
            .collect(Collectors.toSet());
    for (NamespaceSnapshot namespace : observed.namespaces()) {
      if (!written.contains(key(namespace.name(), namespace.target().name()))
          && !plan.contended().contains(namespace.name())) {
        recordRight(namespace);
      }
    }
  }

  /** The target in a namespace is right as it is. */
  public void recordRight(NamespaceSnapshot namespace) {
    var target = namespace.target();
    if (target.current() != null) {
      recordRight(namespace.name(), target.name(), target.current());
    }
  }

  /** A namespace is gone, and all that was known of it. */
  public void forget(String namespace) {
    entries.keySet().removeIf(key -> key.namespace.equals(namespace));
  }

  /**
   * Forgets, each time that their number has doubled, what is of no use any more: Secrets come and
   * go under ever new names in a namespace that stays.
   *
   * @param isKept whether a Secret of that namespace and name is there, and ours
   */
  public void sweep(BiPredicate<String, String> isKept) {
    var limit = sweepAt.get();
    if (entries.size() < limit || !sweepAt.compareAndSet(limit, Integer.MAX_VALUE)) {
      return;
    }
    var quiet = clock.instant().minus(QUIET);
    entries
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().last.isBefore(quiet)
                    && (entry.getKey().isServiceAccount()
                        || !isKept.test(entry.getKey().namespace(), entry.getKey().name())));
    sweepAt.set(Math.max(FEW, 2 * entries.size()));
  }

  /** How much is remembered. */
  int size() {
    return entries.size();
  }

  private static Stream<Key> recordWrite(CredentialSnapshot observed, Action action) {
    return switch (action) {
      case Action.WriteSecret write -> recordWrite(observed.namespace().name(), write);
      case Action.InNamespaces(var batches) ->
          batches.stream()
              .flatMap(
                  batch ->
                      batch.actions().stream().flatMap(a -> recordWrite(batch.namespace(), a)));
      default -> Stream.empty(); // Of a cluster-wide one that may be in no namespace at all.
    };
  }

  private static Stream<Key> recordWrite(String namespace, Action action) {
    return action instanceof Action.WriteSecret(var write)
        ? Stream.of(key(namespace, write.secretName()))
        : Stream.empty();
  }

  private void recordRight(String namespace, String name, PullSecret current) {
    if (current.markEntries().isEmpty()) {
      return;
    }
    entries.compute(
        key(namespace, name),
        (_, entry) ->
            entry == null
                ? new Entry(current.resourceVersion(), 0, Instant.EPOCH, Instant.EPOCH)
                : entry.in(current.resourceVersion()));
  }

  /**
   * A Secret was written.
   *
   * @param before the version that was changed; null if there was none
   * @param after the version that it has now; null if it was deleted
   */
  public void recordWrite(
      String namespace, String name, @Nullable String before, @Nullable String after) {
    entries.compute(
        key(namespace, name),
        (_, entry) -> {
          if (entry == null) {
            return new Entry(after, 0, Instant.EPOCH, Instant.EPOCH);
          }
          if (Objects.equals(entry.version, before)) {
            return entry.in(after);
          }
          if (entry.version == null && after != null) {
            // Not put back, but one that was made anew and is taken over.
            return new Entry(after, 0, Instant.EPOCH, Instant.EPOCH);
          }
          corrected.accept("Secret");
          return corrected(entry, after);
        });
  }

  /** The fight for the list of a ServiceAccount. */
  @Nullable
  public Contention contention(ServiceAccountMetadata serviceAccount) {
    var metadata = serviceAccount.getMetadata();
    var entry = entries.get(serviceAccountKey(metadata.getNamespace(), metadata.getName()));
    return entry == null || entry.corrections < AT_ONCE
        ? null
        : new Contention(entry.corrections, entry.until, serviceAccount.otherManager());
  }

  /** An entry that we had added to the list of a ServiceAccount was put back. */
  public void recordAttachment(String namespace, String account) {
    corrected.accept("ServiceAccount");
    entries.compute(
        serviceAccountKey(namespace, account),
        (_, entry) ->
            corrected(
                entry == null ? new Entry(null, 0, Instant.EPOCH, Instant.EPOCH) : entry, null));
  }

  private Entry corrected(Entry entry, @Nullable String after) {
    var now = clock.instant();
    var isNew = entry.last.plus(QUIET).isBefore(now);
    var corrections = isNew ? 1 : entry.corrections + 1;
    return new Entry(after, corrections, now.plus(delay(corrections)), now);
  }

  private static Duration delay(int corrections) {
    if (corrections < AT_ONCE) {
      return Duration.ZERO;
    }
    var delay = FIRST_DELAY.multipliedBy(1L << Math.min(corrections - AT_ONCE, MOST_DOUBLINGS));
    return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
  }

  private static Key serviceAccountKey(String namespace, String name) {
    return new Key(namespace, name, true);
  }

  private static Key key(String namespace, String name) {
    return new Key(namespace, name, false);
  }
}
