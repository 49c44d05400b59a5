package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of {@link SecretMetadata}; the client finds it by its name.
 *
 * <p>The API server sends {@code "items":null} for a list of metadata that has none, other than for
 * a list of objects.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public final class SecretMetadataList extends DefaultKubernetesResourceList<SecretMetadata> {
  @Override
  public void setItems(@Nullable List<SecretMetadata> items) {
    super.setItems(items == null ? List.of() : items);
  }
}
