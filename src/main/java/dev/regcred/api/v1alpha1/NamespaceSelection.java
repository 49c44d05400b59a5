package dev.regcred.api.v1alpha1;

import java.util.Map;
import java.util.Set;

/**
 * A selection says which namespaces a ClusterRegistryCredential is written to.
 *
 * @param reserved the namespaces that are left out unless the selector names them: kube-system, and
 *     the operator's own
 */
public record NamespaceSelection(Set<String> reserved) {
  /** The label that the API server puts on every namespace (KEP-2161). */
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  /** The namespace of the control plane's own workloads. */
  private static final String SYSTEM = "kube-system";

  /** The selection of an operator that runs in this namespace. */
  public static NamespaceSelection of(String operatorNamespace) {
    return new NamespaceSelection(Set.of(SYSTEM, operatorNamespace));
  }

  /**
   * Whether it is written there.
   *
   * @param labels the namespace's labels
   */
  public boolean selects(
      ClusterRegistryCredentialSpec spec, String namespace, Map<String, String> labels) {
    return spec.namespaceSelector().matches(labels) && isLeftIn(spec, namespace);
  }

  /**
   * Whether it is written there though the namespace's labels are not known, but for its name: as
   * far as other labels are asked for it stays where it is, and comes to no other one.
   *
   * @param isThere whether it was written there, as far as is known: whoever may write Secrets
   *     there can make it look so, and is to get nothing by it that was selected by name
   */
  public boolean selectsWithoutLabels(
      ClusterRegistryCredentialSpec spec, String namespace, boolean isThere) {
    var selector = spec.namespaceSelector();
    var asksForMore = !selector.only(key -> !key.equals(NAME_LABEL)).isMetByAll();
    return selector.only(NAME_LABEL::equals).matches(Map.of(NAME_LABEL, namespace))
        && (isThere || !asksForMore)
        && isLeftIn(spec, namespace);
  }

  private boolean isLeftIn(ClusterRegistryCredentialSpec spec, String namespace) {
    return !spec.excludedNamespaces().contains(namespace)
        && (!reserved.contains(namespace) || names(spec.namespaceSelector(), namespace));
  }

  /** Whether a selector that it meets selects it by its name. */
  private static boolean names(LabelSelector selector, String namespace) {
    return namespace.equals(selector.matchLabels().get(NAME_LABEL))
        || selector.matchExpressions().stream()
            .anyMatch(
                requirement ->
                    requirement.key().equals(NAME_LABEL)
                        && requirement.operator() == LabelOperator.IN);
  }
}
