package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A label selector says which objects are meant, by their labels: those that meet every part of it.
 * One without parts is met by all. It means what {@code metav1.LabelSelector} means.
 *
 * @param matchLabels labels that must be there with exactly this value
 * @param matchExpressions what else is asked of the labels
 */
public record LabelSelector(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> matchLabels,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LabelSelectorRequirement> matchExpressions) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public LabelSelector {
    matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
  }

  /** Whether all objects are meant, whatever their labels. */
  @JsonIgnore // Jackson would take it for a part of the record.
  public boolean isMetByAll() {
    return matchLabels.isEmpty() && matchExpressions.isEmpty();
  }

  /** The parts of the selector that ask for some of the labels. */
  public LabelSelector only(Predicate<String> labels) {
    return new LabelSelector(
        matchLabels.entrySet().stream()
            .filter(label -> labels.test(label.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
        matchExpressions.stream().filter(requirement -> labels.test(requirement.key())).toList());
  }

  /** Whether an object with these labels is meant. */
  public boolean matches(Map<String, String> labels) {
    return labels.entrySet().containsAll(matchLabels.entrySet())
        && matchExpressions.stream().allMatch(requirement -> requirement.isMetBy(labels));
  }
}
