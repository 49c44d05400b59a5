package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.NamespaceMetadata;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The cache of what the watch of namespaces knows, and which of them a cluster-wide credential
 * selects. An operator that is limited to some namespaces may not watch which there are.
 */
final class NamespaceCache {
  private static final String BY_LABEL = "label";

  /** Where the index has those whose labels are not known. */
  private static final String UNKNOWN = "";

  private final NamespaceSelection selection;
  private final KindCache<NamespaceMetadata> watched;
  private BooleanSupplier isRunning = () -> false;

  /**
   * A cache that has no informer yet.
   *
   * @param isServed whether namespaces are watched at all
   */
  NamespaceCache(NamespaceSelection selection, boolean isServed) {
    this.selection = selection;
    this.watched = new KindCache<>(isServed, true);
  }

  /**
   * Takes the cache of the watch of namespaces.
   *
   * @param isRunning whether its watch is on
   */
  void setInformer(IndexerResourceCache<NamespaceMetadata> cache, BooleanSupplier isRunning) {
    watched.setInformer(
        cache,
        Map.of(
            BY_LABEL,
            namespace ->
                namespace.ignored().isPresent()
                    ? Stream.of(UNKNOWN)
                    : labels(namespace).entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())));
    this.isRunning = isRunning;
  }

  /**
   * The names of those that it selects; by the index where it asks for a label's value.
   *
   * @param isThere whether it was written to a namespace, asked where the labels are not known
   */
  List<String> selectedBy(ClusterRegistryCredential credential, Predicate<String> isThere) {
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    var labels = spec.namespaceSelector().matchLabels().entrySet().iterator();
    Stream<NamespaceMetadata> candidates;
    if (labels.hasNext()) {
      var label = labels.next();
      candidates =
          Stream.of(label.getKey() + "=" + label.getValue(), UNKNOWN)
              .flatMap(key -> watched.byIndex(BY_LABEL, key).stream());
    } else {
      candidates = watched.all();
    }
    return candidates
        .filter(namespace -> isSelected(credential, namespace, isThere))
        .map(namespace -> namespace.getMetadata().getName())
        .toList();
  }

  boolean isSelected(
      ClusterRegistryCredential credential, String namespace, Predicate<String> isThere) {
    return watched
        .get(null, namespace)
        .filter(state -> isSelected(credential, state, isThere))
        .isPresent();
  }

  boolean isSelected(
      ClusterRegistryCredential credential,
      NamespaceMetadata namespace,
      Predicate<String> isThere) {
    var spec = credential.getSpec();
    var name = namespace.getMetadata().getName();
    return spec != null
        && (namespace.ignored().isPresent()
            ? selection.selectsWithoutLabels(spec, name, isThere.test(name))
            : selection.selects(spec, name, labels(namespace)));
  }

  /** The labels of a namespace; empty where they are not known. */
  Optional<Map<String, String>> labelsOf(String namespace) {
    return watched.isStarted()
        ? watched
            .get(null, namespace)
            .filter(known -> known.ignored().isEmpty())
            .map(NamespaceCache::labels)
        : Optional.empty();
  }

  /** Registries may be planned before the watch of namespaces is on; none is known to be then. */
  boolean isTerminating(String namespace) {
    return isRunning.getAsBoolean()
        && watched.get(null, namespace).filter(NamespaceMetadata::isMarkedForDeletion).isPresent();
  }

  private static Map<String, String> labels(NamespaceMetadata namespace) {
    return Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
  }
}
