package dev.regcred.operator.kinds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A resource with a life cycle.
 *
 * <p>Reading one never fails: a newer CRD may have stored fields or values that this version does
 * not know, and one such object must not stop the list of all the others. A field that is not known
 * is passed over; a spec that can't be read leaves {@link #unreadableSpec()} with the place, and a
 * status that can't be read counts as none.
 */
public abstract class LifecycleResource<S, T extends LifecycleStatus> extends CustomResource<S, T>
    implements Bounded {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // Else a number would be taken for the place of a constant, and 2 for Removed.
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .build();

  /** What a value costs in memory besides its characters. */
  private static final long OVERHEAD = 64;

  private final Class<S> specType;
  private final Class<T> statusType;
  private @Nullable String unreadableSpec;
  private @Nullable String excess;
  private long size;

  protected LifecycleResource(Class<S> specType, Class<T> statusType) {
    this.specType = specType;
    this.statusType = statusType;
  }

  /**
   * The place in the spec that could not be read, such as {@code spec.desiredState}; a sentence
   * where it was not read for its size; or null.
   */
  @JsonIgnore
  public @Nullable String unreadableSpec() {
    return excess == null ? unreadableSpec : excess;
  }

  /** The state that its status says; Requested where it says none. */
  public LifecycleState stateOrRequested() {
    return status == null || status.state() == null ? LifecycleState.REQUESTED : status.state();
  }

  /** The generation that its status speaks of; -1 where it says none. */
  public long observedGeneration() {
    return status == null || status.observedGeneration() == null ? -1 : status.observedGeneration();
  }

  /** The time at which it was created. */
  public Instant created() {
    return Instant.parse(getMetadata().getCreationTimestamp());
  }

  @Override
  public long size() {
    return size;
  }

  /** The status, which only the operator writes, is kept: it says what is to be undone. */
  @Override
  public void ignore(String reason) {
    excess = reason;
    spec = null;
    size = 0;
  }

  @Override
  public Optional<String> ignored() {
    return Optional.ofNullable(excess);
  }

  @Override
  @JsonProperty("spec")
  @SuppressWarnings("NullAway") // The library's own signature says nothing of null.
  public @Nullable S getSpec() {
    return spec;
  }

  @Override
  @JsonProperty("status")
  @SuppressWarnings("NullAway")
  public @Nullable T getStatus() {
    return status;
  }

  /**
   * What is never asked for is not kept either: all of these live in memory as long as they exist,
   * and their labels, annotations and managedFields can be as large as whoever writes them likes.
   * Nothing here is ever sent back whole, so that nothing is lost by it.
   */
  @Override
  @JsonDeserialize(using = BoundedMetadata.class)
  public void setMetadata(@Nullable ObjectMeta metadata) {
    if (metadata != null) {
      metadata.setManagedFields(List.of());
      metadata.setLabels(Map.of());
      metadata.setAnnotations(Map.of());
    }
    super.setMetadata(metadata);
  }

  @JsonProperty("spec")
  @JsonDeserialize(using = RepeatedStrings.Tree.class)
  void readSpec(JsonNode json) {
    size = size(json);
    try {
      spec = MAPPER.treeToValue(json, specType);
    } catch (JsonProcessingException e) {
      unreadableSpec = "spec" + path(e);
    }
  }

  @JsonProperty("status")
  @JsonDeserialize(using = RepeatedStrings.Tree.class)
  void readStatus(JsonNode json) {
    try {
      status = MAPPER.treeToValue(json, statusType);
    } catch (JsonProcessingException e) {
      // Nothing of it can be trusted; the next status written replaces it.
    }
  }

  /** The reason why it is ignored is said of a list while that comes in. */
  @JsonProperty(IGNORED)
  void readIgnored(String reason) {
    ignore(reason);
  }

  private static long size(JsonNode json) {
    var size = OVERHEAD + (json.isTextual() ? json.textValue().length() : 0);
    for (JsonNode child : json) {
      size += size(child);
    }
    return size;
  }

  /** The path says only the place: the exception's own message quotes the value. */
  private static String path(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping) {
      return mapping.getPath().stream()
          .map(
              reference ->
                  reference.getFieldName() == null
                      ? "[" + reference.getIndex() + "]"
                      : "." + reference.getFieldName())
          .collect(Collectors.joining());
    }
    return "";
  }
}
