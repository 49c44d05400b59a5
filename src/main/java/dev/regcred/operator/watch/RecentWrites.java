package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects that were written and that their watch has not brought yet. The SDK's cache has them
 * by name, but its indexes are of the watch alone, and the event that brings one at last triggers
 * nothing, because it is of our own write: whoever asks an index meanwhile would miss it for good.
 */
final class RecentWrites {
  /** The versions by namespace and name. */
  private final Map<String, Map<String, String>> versions = new ConcurrentHashMap<>();

  /**
   * Adds what was just written.
   *
   * @param known what the cache had before it learned of the write; the watch may be faster than
   *     the answer
   */
  void add(HasMetadata object, Optional<? extends HasMetadata> known) {
    var metadata = object.getMetadata();
    if (known.isPresent() && !isOlder(version(known.get()), version(object))) {
      return;
    }
    versions.compute(
        metadata.getNamespace(),
        (_, names) -> {
          var all = names == null ? new ConcurrentHashMap<String, String>() : names;
          all.merge(
              metadata.getName(),
              version(object),
              (before, now) -> isOlder(before, now) ? now : before);
          return all;
        });
  }

  /** The watch has brought a change: what was written before that is in its indexes. */
  <R extends HasMetadata> void changed(@Nullable R before, @Nullable R after) {
    if (after != null) {
      removeArrived(after);
    } else if (before != null) {
      removeDeleted(before);
    }
  }

  /** The watch has brought an object. */
  void removeArrived(HasMetadata object) {
    var metadata = object.getMetadata();
    versions.computeIfPresent(
        metadata.getNamespace(),
        (_, names) -> {
          names.computeIfPresent(
              metadata.getName(),
              (_, written) -> isOlder(version(object), written) ? written : null);
          return names.isEmpty() ? null : names;
        });
  }

  /** The watch has told that an object is gone. */
  void removeDeleted(HasMetadata object) {
    var metadata = object.getMetadata();
    versions.computeIfPresent(
        metadata.getNamespace(),
        (_, names) -> {
          names.remove(metadata.getName());
          return names.isEmpty() ? null : names;
        });
  }

  /** The writes in a namespace that are awaited. */
  Stream<ResourceID> in(String namespace) {
    return versions.getOrDefault(namespace, Map.of()).keySet().stream()
        .map(name -> new ResourceID(name, namespace));
  }

  /** The writes in all namespaces that are awaited. */
  Stream<ResourceID> all() {
    return versions.keySet().stream().flatMap(this::in);
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  /** Versions of one resource are decimal numbers that grow (KEP-5504). */
  private static boolean isOlder(String version, String other) {
    return version.length() == other.length()
        ? version.compareTo(other) < 0
        : version.length() < other.length();
  }
}
