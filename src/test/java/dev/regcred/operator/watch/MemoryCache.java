package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A watch's cache that holds what a test has put there. */
final class MemoryCache<R extends HasMetadata> implements IndexerResourceCache<R> {
  private final Map<ResourceID, R> objects = new LinkedHashMap<>();
  private final Map<String, Function<R, List<String>>> indexers = new HashMap<>();

  private int found;

  /** How many objects were found by an index. */
  int found() {
    return found;
  }

  void put(R object) {
    objects.put(ResourceID.fromResource(object), object);
  }

  @Override
  public void addIndexers(Map<String, Function<R, List<String>>> added) {
    indexers.putAll(added);
  }

  @Override
  public List<R> byIndex(String index, String key) {
    var indexer = Objects.requireNonNull(indexers.get(index), index);
    var all = list(object -> indexer.apply(object).contains(key)).toList();
    found += all.size();
    return all;
  }

  @Override
  public Optional<R> get(ResourceID id) {
    return Optional.ofNullable(objects.get(id));
  }

  @Override
  public Stream<ResourceID> keys() {
    return objects.keySet().stream();
  }

  @Override
  public Stream<R> list(Predicate<R> predicate) {
    return objects.values().stream().filter(predicate);
  }

  @Override
  public Stream<R> list(String namespace, Predicate<R> predicate) {
    return list(
        object ->
            Objects.equals(namespace, object.getMetadata().getNamespace())
                && predicate.test(object));
  }
}
