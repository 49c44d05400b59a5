package dev.regcred.operator.execute;

import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The labels and annotations of pull Secrets that are stored otherwise than they were asked for,
 * because a mutating webhook or policy overrides them. All else of such a Secret is right, and to
 * ask again changes nothing: it is asked for with each write, and said once of a credential, of
 * which there may be ten thousand copies.
 */
final class OverriddenMetadata {
  /** The most that is remembered to have been said; then all may be said again. */
  private static final int REMEMBERED = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(OverriddenMetadata.class);

  /** The UIDs of the credentials of which it was said. */
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /**
   * Compares what was asked for with what the API server answered.
   *
   * @param writer the credential that it was written for
   * @param labels the labels that were written; null for one that was to go
   * @param annotations the same of annotations
   */
  void logOverridden(
      LifecycleResource<?, ?> writer,
      Secret stored,
      Map<String, ? extends @Nullable Object> labels,
      Map<String, ? extends @Nullable Object> annotations) {
    var metadata = stored.getMetadata();
    var keys = new TreeSet<String>();
    addDifferent(keys, labels, Secrets.orEmpty(metadata.getLabels()));
    addDifferent(keys, annotations, Secrets.orEmpty(metadata.getAnnotations()));
    if (keys.isEmpty()) {
      return;
    }
    if (said.size() >= REMEMBERED) {
      said.clear();
    }
    var isNew = said.add(writer.getMetadata().getUid());
    LOG.atLevel(isNew ? Level.WARN : Level.DEBUG)
        .log(
            "Secret {}/{}: a mutating webhook or policy overrides {}, as written for {} {}; change"
                + " one of the two",
            metadata.getNamespace(),
            metadata.getName(),
            keys,
            writer.getKind(),
            writer.getMetadata().getName());
  }

  private static void addDifferent(
      Set<String> keys, Map<String, ? extends @Nullable Object> asked, Map<String, String> stored) {
    asked.forEach(
        (key, value) -> {
          if (!Objects.equals(value, stored.get(key))) {
            keys.add(key);
          }
        });
  }
}
