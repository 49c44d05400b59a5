package dev.regcred.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KubernetesClientsTest {
  private final KubernetesClient client = OfflineClient.create();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void whatManyCredentialsHaveInCommonIsInMemoryOnce() {
    var first = credential("first");
    var second = credential("second");
    assertThat(second.getMetadata().getNamespace())
        .isEqualTo("team")
        .isSameAs(first.getMetadata().getNamespace());
    assertThat(spec(second).email()).isEqualTo("team@example.com").isSameAs(spec(first).email());
    assertThat(second.getMetadata().getName()).isEqualTo("second");
  }

  @Test
  void theValuesOfSecretsAreNotKept() {
    assertThat(value()).isEqualTo("c2VjcmV0").isNotSameAs(value());
  }

  private RegistryCredential credential(String name) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"%s"},
             "spec":{"registryRef":{"name":"main"},"email":"team@example.com","publicValue":"robot",
               "secretValueFrom":{"secretKeyRef":{"name":"account","key":"password"}}}}
            """
                .formatted(name),
            RegistryCredential.class);
  }

  private static RegistryCredentialSpec spec(RegistryCredential of) {
    return Objects.requireNonNull(of.getSpec());
  }

  private @Nullable String value() {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"password\":\"c2VjcmV0\"}}",
            Secret.class)
        .getData()
        .get("password");
  }
}
