package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A status condition, after {@code metav1.Condition}.
 *
 * @param type one of {@link ConditionType}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the generation of the spec that it speaks of
 * @param lastTransitionTime when {@code status} last flipped, to the second
 * @param reason one of {@link Reason}, or of {@link VerifiedReason} where the type is Verified
 * @param message for people: what is wrong and what to do next
 */
public record Condition(
    @JsonProperty(required = true) String type,
    @JsonProperty(required = true) String status,
    @Nullable Long observedGeneration,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @JsonProperty(required = true)
        Instant lastTransitionTime,
    @JsonProperty(required = true) String reason,
    @JsonProperty(required = true) String message) {
  /** The status of a condition that holds. */
  public static final String TRUE = "True";

  /** The status of a condition that does not hold. */
  public static final String FALSE = "False";

  /** The status of a condition of which neither is known. */
  public static final String UNKNOWN = "Unknown";
}
