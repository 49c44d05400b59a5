package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A requirement says what one label of an object must be.
 *
 * @param key the key of the label
 * @param operator how it is looked at
 * @param values what it is compared with; none where only its presence counts
 */
public record LabelSelectorRequirement(
    @JsonProperty(required = true) String key,
    @JsonProperty(required = true) LabelOperator operator,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> values) {
  /**
   * A requirement whose operator and values fit together.
   *
   * @throws IllegalArgumentException if there are values where only the label's presence counts, or
   *     none where they do
   */
  // Jackson hands over null for an absent field, whatever the component's type says.
  public LabelSelectorRequirement {
    values = values == null ? List.of() : List.copyOf(values);
    if (values.isEmpty() == operator.comparesValues()) {
      throw new IllegalArgumentException("values are for In and NotIn, which need at least one");
    }
  }

  /** Whether an object with these labels is as it must be. */
  public boolean isMetBy(Map<String, String> labels) {
    return switch (operator) {
      case IN -> hasOneOfTheValues(labels);
      case NOT_IN -> !hasOneOfTheValues(labels);
      case EXISTS -> labels.containsKey(key);
      case DOES_NOT_EXIST -> !labels.containsKey(key);
    };
  }

  private boolean hasOneOfTheValues(Map<String, String> labels) {
    return values.stream().anyMatch(value -> value.equals(labels.get(key)));
  }
}
