package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One registry server for the whole cluster.
 *
 * @param serverAddress {@code host[:port][/path]}, or {@code https://index.docker.io/v1/};
 *     immutable
 * @param description for people, at most 1,024 characters
 * @param desiredState the declared end
 * @param removal how long it rests once it is Removed; for ever by default
 * @param verification whether and how it is asked about accounts; null for not at all
 * @param allowedNamespaces the labels of the namespaces whose RegistryCredentials may refer to it;
 *     all where absent. ClusterRegistryCredentials choose their namespaces by themselves
 */
public record ClusterRegistrySpec(
    @JsonProperty(required = true) String serverAddress,
    @Nullable String description,
    DesiredState desiredState,
    @Nullable Removal removal,
    @Nullable Verification verification,
    @Nullable LabelSelector allowedNamespaces)
    implements ServerSpec {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public ClusterRegistrySpec {
    if (desiredState == null) {
      desiredState = DesiredState.ACTIVE;
    }
  }

  /** Whether the RegistryCredentials of a namespace with these labels may refer to it. */
  public boolean allows(Map<String, String> namespaceLabels) {
    return allowedNamespaces == null || allowedNamespaces.matches(namespaceLabels);
  }

  /**
   * Whether those of a namespace whose labels are not known may: nobody may who can only be said
   * not to have a label.
   */
  public boolean allowsWithoutLabels() {
    return allowedNamespaces == null || allowedNamespaces.isMetByAll();
  }
}
