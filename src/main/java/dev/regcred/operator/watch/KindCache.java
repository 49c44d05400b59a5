package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of what the watch of a kind knows. An operator that is limited to some namespaces
 * serves no cluster-wide kind, and finds nothing of one.
 *
 * @param <R> the kind
 */
final class KindCache<R extends HasMetadata> {
  private final boolean isServed;
  private final RecentWrites<R> recent;
  private @Nullable IndexerResourceCache<R> cache;

  /**
   * A cache that has no informer yet.
   *
   * @param isServed whether the kind is watched at all
   * @param hasOneWatch whether one watch brings all objects of the kind
   */
  KindCache(boolean isServed, boolean hasOneWatch) {
    this.isServed = isServed;
    this.recent = new RecentWrites<>(hasOneWatch);
  }

  /** What the operator has written of the kind, until the watch brings it. */
  RecentWrites<R> recent() {
    return recent;
  }

  boolean isServed() {
    return isServed;
  }

  /**
   * Takes the cache of the kind's watch.
   *
   * @param indexes the keys under which an object is found, by the name of the index
   */
  void setInformer(
      IndexerResourceCache<R> watched, Map<String, Function<R, Stream<String>>> indexes) {
    indexes.forEach(
        (name, keys) -> watched.addIndexer(name, object -> keys.apply(object).distinct().toList()));
    cache = watched;
  }

  /** Whether there is a watch, be it that its first list is not there yet. */
  boolean isStarted() {
    return cache != null;
  }

  /** All for counting and routing; none before the watch is on. */
  Stream<R> known() {
    return cache == null ? Stream.empty() : cache.list();
  }

  /**
   * All objects of the kind.
   *
   * @throws NullPointerException if the watch is not on yet, so that nobody plans with nothing
   */
  Stream<R> all() {
    return isServed ? started().list() : Stream.empty();
  }

  /**
   * The one of that name.
   *
   * @param namespace null for a cluster-wide kind
   * @throws NullPointerException if the watch is not on yet, so that nobody plans with nothing
   */
  Optional<R> get(@Nullable String namespace, String name) {
    return isServed
        ? recent.newest(new ResourceID(name, namespace), started()::get)
        : Optional.empty();
  }

  /**
   * Those that an index has under a key.
   *
   * @throws NullPointerException if the watch is not on yet, so that nobody plans with nothing
   */
  List<R> byIndex(String index, String key) {
    return isServed ? newest(started(), index, key) : List.of();
  }

  /**
   * Those that an index has under a key, for routing, which finds none before the watch is on: all
   * are looked at then.
   */
  List<R> knownByIndex(String index, String key) {
    return cache == null ? List.of() : newest(cache, index, key);
  }

  /** The index is of the watch alone; a status that we just wrote may be newer. */
  private List<R> newest(IndexerResourceCache<R> cache, String index, String key) {
    return cache.byIndex(index, key).stream()
        .map(object -> recent.newest(ResourceID.fromResource(object), cache::get).orElse(object))
        .toList();
  }

  private IndexerResourceCache<R> started() {
    return Objects.requireNonNull(cache, "The controllers are not started");
  }
}
