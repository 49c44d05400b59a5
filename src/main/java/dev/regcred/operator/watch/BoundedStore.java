package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.Bounded;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.RepeatedValues;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A store of what the watch of a kind keeps, bounded for each namespace: what an object has beyond
 * the usual size counts against a budget of its namespace, and what would exceed the budget is
 * ignored. So nobody who may edit one namespace can fill the heap. A namespace itself counts for
 * itself.
 *
 * <p>For those who may edit several there is a budget of all namespaces. Once it is used up, what
 * is large is ignored in those namespaces that have more of it than a share, whoever used it up,
 * and in no other.
 *
 * @param <R> the kind
 */
public final class BoundedStore<R extends HasMetadata & Bounded> implements ItemStore<R> {
  /** The size in characters up to which an object counts nothing: most are far below. */
  static final long USUAL_SIZE = 4_096;

  /** How many characters the objects of one namespace may have in all beyond the usual size. */
  static final long NAMESPACE_BUDGET = 2 << 20;

  /**
   * How many characters those of all namespaces may have, before it counts what each namespace has.
   */
  static final long CLUSTER_BUDGET = 4 * NAMESPACE_BUDGET;

  /** How many characters a namespace may have in all beyond the usual size in any case. */
  static final long NAMESPACE_SHARE = 1 << 17;

  /** How many namespaces are named in the log, once each. */
  private static final int NAMED = 1_000;

  /** A power of two. */
  private static final int SLOTS = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(BoundedStore.class);

  private final String kind;
  private final Map<String, R> items = new ConcurrentHashMap<>();
  private final Map<String, Long> used = new HashMap<>();
  private long usedByAll;
  private final Set<String> named = new HashSet<>();
  private final AtomicInteger ignored = new AtomicInteger();

  private final RepeatedValues seen = new RepeatedValues(SLOTS);

  /**
   * A store that is empty.
   *
   * @param kind as the log and the metric name it
   */
  public BoundedStore(String kind) {
    this.kind = kind;
  }

  /** The kind, as the log and the metric name it. */
  public String kind() {
    return kind;
  }

  /** How many objects are ignored now. */
  public int ignored() {
    return ignored.get();
  }

  @Override
  public String getKey(R object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  /** The informer calls this and {@link #remove} under one lock; others only read. */
  @Override
  public synchronized @Nullable R put(String key, R object) {
    var before = items.get(key);
    var namespace = namespace(object);
    var others = used.getOrDefault(namespace, 0L) - excess(before);
    var mine = others + excess(object);
    if (mine > NAMESPACE_BUDGET) {
      object.ignore(
          "The namespace has more in its %ss than is served: %s characters beyond %s in each; delete some, or make them smaller."
              .formatted(kind, NAMESPACE_BUDGET, USUAL_SIZE));
    } else if (mine > NAMESPACE_SHARE
        && usedByAll - excess(before) + excess(object) > CLUSTER_BUDGET) {
      object.ignore(
          "All namespaces together have more in their %ss than is served, and this one more than %s characters beyond %s in each; delete some, or make them smaller."
              .formatted(kind, NAMESPACE_SHARE, USUAL_SIZE));
    }
    if (excess(object) == 0) { // Of what is large the table could be full.
      object.share(value -> seen.same(value, value.hashCode()));
    }
    items.put(key, object);
    count(namespace, others + excess(object), before, object);
    object.ignored().ifPresent(reason -> logIgnored(object, reason));
    return before;
  }

  @Override
  public synchronized @Nullable R remove(String key) {
    var before = items.remove(key);
    if (before != null) {
      var namespace = namespace(before);
      count(namespace, used.getOrDefault(namespace, 0L) - excess(before), before, null);
    }
    return before;
  }

  private void count(String namespace, long left, @Nullable R before, @Nullable R after) {
    var mine = left == 0 ? used.remove(namespace) : used.put(namespace, left);
    usedByAll += left - Objects.requireNonNullElse(mine, 0L);
    ignored.addAndGet(number(after) - number(before));
  }

  private static int number(@Nullable Bounded object) {
    return object != null && object.ignored().isPresent() ? 1 : 0;
  }

  private static long excess(@Nullable Bounded object) {
    return object == null ? 0 : Math.max(0, object.size() - USUAL_SIZE);
  }

  /**
   * The log names a namespace once: whoever has made it so large can make it so again and again.
   */
  private void logIgnored(R object, String reason) {
    var namespace = namespace(object);
    var isNew = named.size() < NAMED && named.add(namespace);
    LOG.atLevel(isNew ? Level.WARN : Level.DEBUG)
        .log("{} {} is ignored: {}", kind, getKey(object), reason);
  }

  private static String namespace(HasMetadata object) {
    var metadata = object.getMetadata();
    return object instanceof NamespaceMetadata
        ? metadata.getName()
        : Objects.requireNonNullElse(metadata.getNamespace(), "");
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<R> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable R get(String key) {
    return items.get(key);
  }
}
