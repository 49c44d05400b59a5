package dev.regcred.testkit;

import dev.regcred.operator.client.KubernetesClients;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** The operator's own client without an API server: it reads and writes the objects of a test. */
public final class OfflineClient {
  private OfflineClient() {}

  public static KubernetesClient create() {
    return KubernetesClients.create(
        new ConfigBuilder().withAutoConfigure(false).withMasterUrl("http://127.0.0.1:1").build());
  }
}
