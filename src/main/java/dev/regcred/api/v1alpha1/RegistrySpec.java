package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One registry server and the state that it should be in.
 *
 * @param serverAddress {@code host[:port][/path]}, or {@code https://index.docker.io/v1/};
 *     immutable
 * @param description for people, at most 1,024 characters
 * @param desiredState the declared end
 * @param removal how long it rests once it is Removed; for ever by default
 * @param verification whether and how it is asked about accounts; null for not at all
 */
public record RegistrySpec(
    @JsonProperty(required = true) String serverAddress,
    @Nullable String description,
    DesiredState desiredState,
    @Nullable Removal removal,
    @Nullable Verification verification)
    implements ServerSpec {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public RegistrySpec {
    if (desiredState == null) {
      desiredState = DesiredState.ACTIVE;
    }
  }
}
