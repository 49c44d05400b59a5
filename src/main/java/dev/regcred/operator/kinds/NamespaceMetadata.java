package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps in memory of a namespace: its labels, and whether it is being deleted.
 *
 * <p>Of one that has more labels than are served it is not known who selects it.
 */
@JsonDeserialize(using = JsonDeserializer.None.class) // Else by kind, which leads here again.
@Group("")
@Version("v1")
@Kind("Namespace")
@Singular("namespace")
@Plural("namespaces")
@JsonIgnoreProperties(ignoreUnknown = true)
public final class NamespaceMetadata implements HasMetadata, Bounded {
  /** What a label costs in memory besides its characters. */
  private static final int OVERHEAD = 128;

  private ObjectMeta metadata = new ObjectMeta();
  private @Nullable String excess;

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  @JsonDeserialize(using = BoundedMetadata.class)
  public void setMetadata(@Nullable ObjectMeta full) {
    metadata = new ObjectMeta();
    if (full != null) {
      metadata.setName(full.getName());
      metadata.setUid(full.getUid());
      metadata.setResourceVersion(full.getResourceVersion());
      metadata.setDeletionTimestamp(full.getDeletionTimestamp());
      if (Secrets.orEmpty(full.getLabels()).size() > BoundedMetadata.MAX_LABELS) {
        ignore("It has more than %s labels.".formatted(BoundedMetadata.MAX_LABELS));
      } else if (excess == null) {
        metadata.setLabels(full.getLabels());
      }
    }
  }

  @Override
  public long size() {
    return Secrets.orEmpty(metadata.getLabels()).entrySet().stream()
        .mapToLong(label -> label.getKey().length() + label.getValue().length() + OVERHEAD)
        .sum();
  }

  /** Gives up its labels; it stays where it is selected, and is selected nowhere else. */
  @Override
  @JsonProperty(IGNORED)
  public void ignore(String reason) {
    excess = reason;
    metadata.setLabels(null);
  }

  @Override
  public Optional<String> ignored() {
    return Optional.ofNullable(excess);
  }

  @Override
  public String getApiVersion() {
    return "v1";
  }

  @Override
  public void setApiVersion(String version) {
    // It is the only one.
  }
}
