package dev.regcred.api.v1alpha1;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pull Secret that a credential is written to.
 *
 * @param secretName its name; the credential's own name where absent
 * @param labels labels that it carries besides the operator's own
 * @param annotations annotations that it carries besides the operator's own
 */
public record Target(
    @Nullable String secretName, Map<String, String> labels, Map<String, String> annotations) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public Target {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }
}
