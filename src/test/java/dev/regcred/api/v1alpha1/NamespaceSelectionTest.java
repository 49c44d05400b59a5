package dev.regcred.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.ClusterRegistryCredential;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which namespaces a cluster-wide credential is written to, by an operator in {@code ops}. */
class NamespaceSelectionTest {
  private static final NamespaceSelection SELECTION = NamespaceSelection.of("ops");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                       | []    | team        | true
          {}                                       | [team]| team        | false
          {}                                       | []    | kube-system | false
          {}                                       | []    | ops         | false
          {}                                       | []    | kube-public | true
          {matchLabels: {kubernetes.io/metadata.name: kube-system}} | [] | kube-system | true
          {matchLabels: {kubernetes.io/metadata.name: ops}} | [] | ops | true
          {matchLabels: {kubernetes.io/metadata.name: ops}} | [ops] | ops | false
          {matchLabels: {kubernetes.io/metadata.name: ops}} | [] | team | false
          {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [ops, a]}]} | [] | ops | true
          {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [a]}]} | [] | ops | false
          {matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]} | [] | kube-system | false
          {matchLabels: {copy-of-name: ops}} | [] | ops | false
          {matchExpressions: [{key: copy-of-name, operator: In, values: [ops]}]} | [] | ops | false
          """)
  void selects(String selector, String excluded, String namespace, boolean selected) {
    assertThat(
            SELECTION.selects(
                spec(selector, excluded),
                namespace,
                Map.of("kubernetes.io/metadata.name", namespace, "copy-of-name", namespace)))
        .isEqualTo(selected);
  }

  /** Nobody can take a copy away, or get one, by making a namespace too large to be known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {matchLabels: {team: blue}}                               | []     | team        | true  | true
          {matchLabels: {team: blue}}                               | []     | team        | false | false
          {matchExpressions: [{key: team, operator: DoesNotExist}]} | []     | team        | false | false
          {matchLabels: {team: blue}}                               | [team] | team        | true  | false
          {matchLabels: {team: blue}}                               | []     | kube-system | true  | false
          {}                                                        | []     | team        | false | true
          {}                                                        | [team] | team        | false | false
          {matchLabels: {kubernetes.io/metadata.name: ops}}         | []     | ops         | false | true
          {matchLabels: {kubernetes.io/metadata.name: ops}}         | []     | team        | true  | false
          {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [ops, a]}]} | [] | team | true | false
          {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [a]}]} | [] | a | true | false
          {matchLabels: {kubernetes.io/metadata.name: ops, team: blue}} | [] | ops | false | false
          {matchLabels: {kubernetes.io/metadata.name: ops, team: blue}} | [] | ops | true | true
          {matchLabels: {kubernetes.io/metadata.name: ops, team: blue}} | [] | team | true | false
          """)
  void whereTheLabelsAreNotKnownItStaysWhereItIs(
      String selector, String excluded, String namespace, boolean isThere, boolean selected) {
    assertThat(SELECTION.selectsWithoutLabels(spec(selector, excluded), namespace, isThere))
        .isEqualTo(selected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                                    | true
          {}                                                        | true
          {matchLabels: {team: blue}}                               | false
          {matchExpressions: [{key: team, operator: DoesNotExist}]} | false
          """)
  void aClusterRegistryThatAsksForLabelsAllowsNobodyWhoseLabelsAreNotKnown(
      @Nullable String selector, boolean isAllowed) {
    var allowed = selector == null ? null : spec(selector, "[]").namespaceSelector();
    var spec = new ClusterRegistrySpec("ghcr.io", null, DesiredState.ACTIVE, null, null, allowed);
    assertThat(spec.allowsWithoutLabels()).isEqualTo(isAllowed);
  }

  private static ClusterRegistryCredentialSpec spec(String selector, String excluded) {
    var credential =
        Serialization.unmarshal(
            """
            apiVersion: regcred.dev/v1alpha1
            kind: ClusterRegistryCredential
            metadata: {name: pull}
            spec:
              email: robot@example.com
              registryRef: {name: main, kind: ClusterRegistry}
              publicValue: robot
              secretValueFrom: {secretKeyRef: {name: token, key: password}}
              namespaceSelector: %s
              excludedNamespaces: %s
            """
                .formatted(selector, excluded),
            ClusterRegistryCredential.class);
    return Objects.requireNonNull(credential.getSpec());
  }
}
