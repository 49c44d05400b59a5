package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the proxy counts what passes, and dies where it was told to. */
class FaultProxyIT {
  private final Installation installation = Installation.shared();
  private final String namespace = "proxy-" + UUID.randomUUID().toString().substring(0, 8);
  private final FaultProxy proxy = started();
  private final KubernetesClient through = client(proxy);

  private FaultProxy started() {
    try {
      return new FaultProxy(installation.operatorConfig());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static KubernetesClient client(FaultProxy proxy) {
    var config = proxy.config();
    config.setRequestRetryBackoffLimit(0);
    config.setRequestTimeout(2_000);
    config.setWatchReconnectLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @BeforeEach
  void createNamespace() {
    installation
        .admin()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @AfterEach
  void cleanUp() {
    through.close();
    proxy.close();
    installation.admin().namespaces().withName(namespace).delete();
  }

  @Test
  void writesAreCountedAndWhatIsNoWriteIsNot() {
    create("one");
    assertThat(secrets()).containsExactly("one");
    through.secrets().inNamespace(namespace).withName("one").edit(this::labelled);
    through.secrets().inNamespace(namespace).withName("one").delete();
    assertThat(through.secrets().inNamespace(namespace).list().getItems()).isEmpty();

    assertThat(proxy.writes()).as("a creation, a patch, a deletion").isEqualTo(3);
    assertThat(write("POST", "/apis/events.k8s.io/v1/namespaces/x/events")).isFalse();
    assertThat(write("POST", "/api/v1/namespaces/x/events")).isFalse();
    assertThat(write("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")).isFalse();
    assertThat(write("PUT", "/apis/coordination.k8s.io/v1/namespaces/x/leases/y")).isFalse();
    assertThat(write("PUT", "/apis/regcred.dev/v1alpha1/namespaces/x/registries/y/status"))
        .isTrue();
  }

  @Test
  void beforeAWriteItDiesWithoutIt() {
    create("one");
    proxy.dieBefore(2);
    create("two");

    assertThatThrownBy(() -> create("three")).isInstanceOf(KubernetesClientException.class);

    assertThat(proxy.death()).isCompletedWithValueMatching(last -> last.method().equals("POST"));
    assertThatThrownBy(() -> create("four")).isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(() -> through.secrets().inNamespace(namespace).list())
        .isInstanceOf(KubernetesClientException.class);
    assertThat(secrets()).containsExactly("one", "two");
  }

  @Test
  void afterAWriteItDiesWithoutItsAnswer() {
    proxy.dieAfter(2);
    create("one");
    assertThat(proxy.death()).isNotDone();

    assertThatThrownBy(() -> create("two")).isInstanceOf(KubernetesClientException.class);

    assertThat(proxy.death()).isCompleted();
    assertThatThrownBy(() -> create("three")).isInstanceOf(KubernetesClientException.class);
    assertThat(secrets()).containsExactly("one", "two");
  }

  @Test
  void aWatchPassesAndEndsWithTheProxy() {
    var seen = new CopyOnWriteArrayList<String>();
    var ends = new AtomicInteger();
    through
        .secrets()
        .inNamespace(namespace)
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Secret secret) {
                seen.add(secret.getMetadata().getName());
              }

              @Override
              public void onClose(WatcherException cause) {
                ends.incrementAndGet();
              }
            });
    IntStream.range(0, 50).forEach(i -> create("s" + i));
    eventually(() -> assertThat(seen).hasSize(50));

    proxy.close();

    eventually(() -> assertThat(ends).hasValue(1));
  }

  @Test
  void anAnswerOfItsOwnNeverReachesTheApiServer() {
    proxy.rule(
        request ->
            request.isWrite() && request.body().contains("\"poisoned\"")
                ? Fault.status(500, "InternalError", "poisoned")
                : Fault.none());

    assertThatThrownBy(() -> create("poisoned"))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(500));

    create("sound");
    assertThat(secrets()).containsExactly("sound");
  }

  @Test
  void whatIsSilentIsGivenUpAndNotDone() {
    var silent = new AtomicInteger();
    proxy.rule(
        request ->
            request.isWrite() && silent.getAndIncrement() == 0
                ? new Fault.Silence()
                : Fault.none());

    assertThatThrownBy(() -> create("one")).isInstanceOf(KubernetesClientException.class);

    create("two");
    assertThat(secrets()).containsExactly("two");
  }

  @Test
  void aLostAnswerIsOfSomethingDone() {
    proxy.rule(request -> request.isWrite() ? new Fault.AnswerLost() : Fault.none());
    assertThatThrownBy(() -> create("one")).isInstanceOf(KubernetesClientException.class);
    assertThat(secrets()).containsExactly("one");
  }

  private static boolean write(String method, String path) {
    return new ApiRequest(method, path, "", false).isWrite();
  }

  /** A pull Secret, because the policy that ships lets the operator create no other. */
  private void create(String name) {
    through
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(Map.of("regcred.dev/managed", "true"))
                .withAnnotations(
                    Map.of(
                        "regcred.dev/contributors",
                        "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\"}]"))
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withStringData(Map.of(".dockerconfigjson", "{\"auths\":{}}"))
                .build())
        .create();
  }

  private Secret labelled(Secret secret) {
    return new SecretBuilder(secret).editMetadata().addToLabels("a", "b").endMetadata().build();
  }

  /** By their names, asked without the proxy. */
  private List<String> secrets() {
    return installation.admin().secrets().inNamespace(namespace).list().getItems().stream()
        .map(secret -> secret.getMetadata().getName())
        .toList();
  }

  private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
  }
}
