package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps in memory of a namespace: its labels, and whether it is being deleted.
 */
@JsonDeserialize(using = JsonDeserializer.None.class) // Else by kind, which leads here again.
@Group("")
@Version("v1")
@Kind("Namespace")
@Singular("namespace")
@Plural("namespaces")
@JsonIgnoreProperties(ignoreUnknown = true)
public final class NamespaceMetadata implements HasMetadata {
  private ObjectMeta metadata = new ObjectMeta();

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
      metadata.setLabels(full.getLabels());
      metadata.setDeletionTimestamp(full.getDeletionTimestamp());
    }
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
