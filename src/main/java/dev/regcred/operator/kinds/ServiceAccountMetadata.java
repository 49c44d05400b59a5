package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps in memory of every ServiceAccount that it watches.
 *
 * <p>Whoever may edit a namespace may write as much on one as the API server takes. One that
 * exceeds a bound is ignored: of it is kept which one it is, and why.
 */
@JsonDeserialize(using = JsonDeserializer.None.class) // Else by kind, which leads here again.
@Group("")
@Version("v1")
@Kind("ServiceAccount")
@Singular("serviceaccount")
@Plural("serviceaccounts")
@JsonIgnoreProperties(ignoreUnknown = true)
public final class ServiceAccountMetadata implements HasMetadata, Namespaced, Bounded {
  /** What a text costs in memory besides its characters. */
  private static final int OVERHEAD = 64;

  /** What the indexes of the watch keep besides for each name in the record: two entries. */
  private static final int INDEXED = 512;

  private ObjectMeta metadata = new ObjectMeta();
  private boolean hasAnnotations;
  private @Nullable String otherManager;
  private @Nullable List<String> attached;
  private @Nullable List<String> pullSecrets;
  private @Nullable String excess;

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  @JsonDeserialize(using = BoundedMetadata.class)
  public void setMetadata(@Nullable ObjectMeta full) {
    metadata = new ObjectMeta();
    if (full == null) {
      return;
    }
    metadata.setName(full.getName());
    metadata.setNamespace(full.getNamespace());
    metadata.setUid(full.getUid());
    metadata.setResourceVersion(full.getResourceVersion());
    var annotations = Secrets.orEmpty(full.getAnnotations());
    if (Secrets.orEmpty(full.getLabels()).size() > BoundedMetadata.MAX_LABELS) {
      ignore("It has more than %s labels.".formatted(BoundedMetadata.MAX_LABELS));
    } else if (excess == null) {
      metadata.setLabels(full.getLabels());
      hasAnnotations = !annotations.isEmpty();
      otherManager = Secrets.otherManager(full);
      attached = ImagePullSecrets.readAnnotation(annotations.get(Labels.ATTACHED));
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

  @JsonProperty("imagePullSecrets")
  @JsonDeserialize(using = References.class)
  void setImagePullSecrets(@Nullable List<String> names) {
    if (names != null && names.size() > ImagePullSecrets.MAX_PULL_SECRETS) {
      ignore("It has more than %s imagePullSecrets.".formatted(ImagePullSecrets.MAX_PULL_SECRETS));
    } else if (excess == null) {
      pullSecrets = names;
    }
  }

  @Override
  @JsonProperty(IGNORED)
  public void ignore(String reason) {
    excess = reason;
    metadata.setLabels(Map.of());
    attached = null;
    pullSecrets = null;
  }

  @Override
  public Optional<String> ignored() {
    return Optional.ofNullable(excess);
  }

  @Override
  public long size() {
    return (long) INDEXED * attached().size()
        + Stream.of(
                Secrets.orEmpty(metadata.getLabels()).keySet(),
                Secrets.orEmpty(metadata.getLabels()).values(),
                attached(),
                pullSecrets == null ? List.<String>of() : pullSecrets)
            .flatMap(Collection::stream)
            .mapToLong(text -> text.length() + OVERHEAD)
            .sum();
  }

  /** The Secrets that its record says we attached; none if it is ignored. */
  public List<String> attached() {
    return attached == null ? List.of() : attached;
  }

  /** The field manager, not ours, that changed it last; null if none did. */
  @Nullable
  public String otherManager() {
    return otherManager;
  }

  /** The ServiceAccount as plans see it; one that is ignored is not for them. */
  public ServiceAccountView view() {
    return new ServiceAccountView(
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion(),
        Secrets.orEmpty(metadata.getLabels()),
        hasAnnotations,
        attached,
        pullSecrets);
  }

  /** Reads the names, which may be missing in a LocalObjectReference, up to one too many. */
  static final class References extends JsonDeserializer<List<String>> {
    @Override
    public List<String> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      var texts = context.findNonContextualValueDeserializer(context.constructType(String.class));
      var names = new ArrayList<String>();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        var name = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          var isName = parser.currentName().equals("name");
          if (parser.nextToken() == JsonToken.VALUE_STRING && isName) {
            name = (String) texts.deserialize(parser, context);
          } else {
            parser.skipChildren();
          }
        }
        if (names.size() <= ImagePullSecrets.MAX_PULL_SECRETS) {
          names.add(name);
        }
      }
      return List.copyOf(names);
    }
  }
}
