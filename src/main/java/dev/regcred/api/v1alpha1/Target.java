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
    @Nullable String secretName,
    @Nullable Map<String, String> labels,
    @Nullable Map<String, String> annotations) {
  public Target {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }
}
