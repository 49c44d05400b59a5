package dev.regcred.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryCredentialSpecTest {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                                       | false",
        "serviceAccounts: [default]                                               | true",
        "serviceAccounts: [runner, default]                                       | true",
        "serviceAccounts: [runner]                                                | false",
        "serviceAccountSelector: {}                                               | true",
        "serviceAccountSelector: {matchLabels: {team: ci}}                        | true",
        "serviceAccountSelector: {matchLabels: {team: web}}                       | false",
        "serviceAccountSelector: {matchExpressions: [{key: a, operator: Exists}]} | false",
        // The CRD refuses both at once; here either one counts.
        "serviceAccounts: [a], serviceAccountSelector: {matchLabels: {team: ci}}  | true",
        "serviceAccounts: [default], serviceAccountSelector: {matchLabels: {a: b}} | true",
      })
  void selectsWhatIsNamedOrHasTheLabels(String fields, boolean selected) {
    assertThat(spec(fields).selects("default", Map.of("team", "ci"))).isEqualTo(selected);
  }

  private static RegistryCredentialSpec spec(String fields) {
    var credential =
        SERIALIZATION.unmarshal(
            """
            spec: {
              email: ci@example.com,
              registryRef: {name: example},
              publicValue: ci,
              secretValueFrom: {secretKeyRef: {name: example-account, key: password}},
              %s
            }
            """
                .formatted(fields),
            RegistryCredential.class);
    return Objects.requireNonNull(credential.getSpec());
  }
}
