package dev.regcred.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.pullsecret.AttachableAccount;
import dev.regcred.pullsecret.Attachments;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the operator keeps in memory of every ServiceAccount that it watches. */
@JsonDeserialize(using = JsonDeserializer.None.class) // Else by kind, which leads here again.
@Group("")
@Version("v1")
@Kind("ServiceAccount")
@Singular("serviceaccount")
@Plural("serviceaccounts")
@JsonIgnoreProperties(ignoreUnknown = true)
public final class PullingAccount implements HasMetadata, Namespaced {
  private ObjectMeta metadata = new ObjectMeta();
  private boolean hasAnnotations;
  private @Nullable String otherManager;
  private @Nullable List<Reference> imagePullSecrets;

  /** One of {@code imagePullSecrets}; a LocalObjectReference, whose name may be missing. */
  public record Reference(@Nullable String name) {}

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(@Nullable ObjectMeta full) {
    metadata = new ObjectMeta();
    if (full == null) {
      return;
    }
    metadata.setName(full.getName());
    metadata.setNamespace(full.getNamespace());
    metadata.setUid(full.getUid());
    metadata.setResourceVersion(full.getResourceVersion());
    metadata.setLabels(full.getLabels());
    var annotations = Secrets.orEmpty(full.getAnnotations());
    hasAnnotations = !annotations.isEmpty();
    otherManager = Secrets.otherManager(full);
    var attached = annotations.get(Labels.ATTACHED);
    metadata.setAnnotations(attached == null ? Map.of() : Map.of(Labels.ATTACHED, attached));
  }

  @Override
  public String getApiVersion() {
    return "v1";
  }

  @Override
  public void setApiVersion(String version) {
    // It is the only one.
  }

  @JsonProperty("imagePullSecrets")
  void setImagePullSecrets(@Nullable List<Reference> references) {
    imagePullSecrets = references;
  }

  /** The field manager, not ours, that changed it last; null if none did. */
  @Nullable String otherManager() {
    return otherManager;
  }

  /** As plans see it. */
  public AttachableAccount attachable() {
    return new AttachableAccount(
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion(),
        Secrets.orEmpty(metadata.getLabels()),
        hasAnnotations,
        Attachments.recorded(metadata.getAnnotations().get(Labels.ATTACHED)),
        imagePullSecrets == null
            ? null
            : imagePullSecrets.stream()
                .map(reference -> reference.name() == null ? "" : reference.name())
                .toList());
  }
}
