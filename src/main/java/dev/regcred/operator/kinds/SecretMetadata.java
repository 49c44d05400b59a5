package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.regcred.pullsecret.MarkEntry;
import dev.regcred.pullsecret.OwnershipMark;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps in memory of every Secret it may watch: which one, in which version, and
 * whether it is its own. The content never gets here, because the API server is asked for {@code
 * PartialObjectMetadata} (KEP-1659 calls it metadata-only); and of the metadata nothing is kept
 * that grows with other people's Secrets or may hold a value, as the last-applied annotation does.
 */
@JsonDeserialize(using = JsonDeserializer.None.class) // Else by kind, which leads here again.
@Group("")
@Version("v1")
@Kind("Secret")
@Singular("secret")
@Plural("secrets")
@JsonIgnoreProperties(ignoreUnknown = true)
public final class SecretMetadata implements HasMetadata, Namespaced, Bounded {
  /** What the API server is asked for. */
  public static final String KIND = "PartialObjectMetadata";

  /** The API version of {@link #KIND}. */
  public static final String API_VERSION = "meta.k8s.io/v1";

  /** What an entry of the mark costs in memory besides its texts: itself, and in two indexes. */
  private static final int OVERHEAD = 160 + 512;

  private ObjectMeta metadata = new ObjectMeta();
  private List<MarkEntry> markEntries = List.of();
  private @Nullable String excess;

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  @JsonDeserialize(using = BoundedMetadata.class)
  public void setMetadata(@Nullable ObjectMeta full) {
    metadata = full == null ? new ObjectMeta() : slim(full);
    markEntries =
        full == null ? List.of() : OwnershipMark.entries(full.getLabels(), full.getAnnotations());
  }

  @Override
  public String getApiVersion() {
    return "v1";
  }

  @Override
  public void setApiVersion(String version) {
    // The answer says PartialObjectMetadata; what it is about is a Secret.
  }

  /** The credentials that the Secret is kept for, with their servers; none if it is not ours. */
  public List<MarkEntry> markEntries() {
    return markEntries;
  }

  @Override
  public long size() {
    return markEntries.stream()
        .mapToLong(
            entry ->
                OVERHEAD
                    + entry.credential().name().length()
                    + (entry.server() == null ? 0 : entry.server().length()))
        .sum();
  }

  @Override
  @JsonProperty(IGNORED)
  public void ignore(String reason) {
    markEntries = List.of();
    excess = reason;
  }

  @Override
  public Optional<String> ignored() {
    return Optional.ofNullable(excess);
  }

  /** The copies of a cluster-wide credential have the same mark in all namespaces. */
  @Override
  @SuppressWarnings("unchecked") // What is equal to a list of such entries is one.
  public void share(UnaryOperator<Object> same) {
    if (!markEntries.isEmpty()) {
      markEntries = (List<MarkEntry>) same.apply(markEntries);
    }
  }

  /** The metadata of a Secret that was just written. */
  public static SecretMetadata of(ObjectMeta metadata) {
    var secret = new SecretMetadata();
    secret.setMetadata(metadata);
    return secret;
  }

  /** The metadata that is kept, not even the mark, which the entries are read from. */
  private static ObjectMeta slim(ObjectMeta full) {
    var slim = new ObjectMeta();
    slim.setName(full.getName());
    slim.setNamespace(full.getNamespace());
    slim.setUid(full.getUid());
    slim.setResourceVersion(full.getResourceVersion());
    return slim;
  }
}
