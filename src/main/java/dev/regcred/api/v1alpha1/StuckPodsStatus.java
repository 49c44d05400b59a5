package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Pods that wait for an image of the credential's registry, and do not name its pull Secret.
 *
 * @param count how many; at most as many as one look goes through
 * @param pods the names of at most ten of them, with their namespace where the credential is
 *     cluster-wide
 * @param attachedTime when the pull Secret was attached, too late for them
 */
public record StuckPodsStatus(
    int count,
    List<String> pods,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant attachedTime) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public StuckPodsStatus {
    pods = pods == null ? List.of() : List.copyOf(pods);
  }
}
