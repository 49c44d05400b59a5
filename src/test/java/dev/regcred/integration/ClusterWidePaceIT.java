package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written of a fan-out, and when, while the API server is slow somewhere. */
class ClusterWidePaceIT extends ClusterWideScenario {
  private static final int NAMESPACES = 20;

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger held = new AtomicInteger();

  ClusterWidePaceIT() {
    // Whatever is held is answered before the operator gives up.
    test.behindAProxy().withRequestTimeout((int) Patience.LIMIT.multipliedBy(3).toMillis());
  }

  @AfterEach
  void releaseAll() {
    release.countDown();
  }

  @Test
  void noCopyWaitsForASecretThatIsReadInAnotherNamespace() {
    var selected = namespaces(NAMESPACES);
    var slow = selected.getLast();
    applied(Manifests.secret("pull").value("key", "value").in(slow));
    applyServer();
    applyWideSource(CANARY);
    test.restart(); // So that it knows of the foreign Secret.
    hold(request -> isOfSecret("GET", slow, request));

    applied(wide());

    await().untilAsserted(() -> assertThat(copies()).isEqualTo(NAMESPACES - 1L));
    assertThat(held).as("as it is still being read").hasValue(1);
    release.countDown();
    awaitCounts(NAMESPACES, NAMESPACES - 1, 0, 1);
    awaitWide(LifecycleState.ACTIVE, "NamespacesFailed");
  }

  @Test
  void noWithdrawalWaitsForASecretThatIsReadInAnotherNamespace() {
    var selected = namespaces(NAMESPACES);
    var slow = selected.getLast();
    applyClusterWide();
    awaitCounts(NAMESPACES, NAMESPACES, 0, 0);
    stopOperator();
    client.resources(ClusterRegistryCredential.class).withName(name).delete();
    hold(request -> isOfSecret("GET", slow, request));

    startOperator();

    await().untilAsserted(() -> assertThat(namespacesWithTheEntry()).isEqualTo(List.of(slow)));
    assertThat(held).as("as it is still being read").hasValue(1);
    release.countDown();
    awaitNoCopies();
    eventually(
        () -> client.resources(ClusterRegistryCredential.class).withName(name).get() == null);
  }

  @Test
  void nothingMoreIsWrittenOfWhatIsDeclaredOtherwiseMeanwhile() {
    namespaces(NAMESPACES);
    applyServer();
    applyWideSource(CANARY);
    awaitClusterRegistry("Active Active");
    hold(request -> request.method().equals("POST") && request.isFor("secrets"));
    applied(wide());
    // As many as it writes at the same time.
    eventually(() -> held.get() == 8);

    declareWide("Removed");
    // The same watch brings this one after it.
    applied(Manifests.clusterCredential(second()).namespaceSelector("wide", "none"));
    eventually(
        () ->
            client.resources(ClusterRegistryCredential.class).withName(second()).get().getStatus()
                != null);
    release.countDown();

    awaitWide(LifecycleState.REMOVED, "Removed");
    assertThat(held).hasValue(8);
    assertThat(copies()).isZero();
    deleted("ClusterRegistryCredential/" + second());
  }

  @Test
  void noOtherFanOutWaitsForAFinalizerThatIsSlowToCome() {
    namespaces(NAMESPACES);
    applyServer();
    applyWideSource(CANARY);
    awaitClusterRegistry("Active Active");
    hold(
        request ->
            request.method().equals("PATCH")
                && request.isFor("clusterregistrycredentials/" + second()));
    applied(
        Manifests.clusterCredential(second())
            .registry(name)
            .source(name)
            .namespaceSelector("wide", name)
            .target("second"));
    eventually(() -> held.get() == 1);

    applied(wide());

    awaitCounts(NAMESPACES, NAMESPACES, 0, 0);
    assertThat(client.secrets().inAnyNamespace().withField("metadata.name", "second").list())
        .as("as its finalizer is still to come")
        .satisfies(secrets -> assertThat(secrets.getItems()).isEmpty());
    release.countDown();
    eventually(
        () ->
            client
                    .secrets()
                    .inAnyNamespace()
                    .withField("metadata.name", "second")
                    .list()
                    .getItems()
                    .size()
                == NAMESPACES);
    deleted("ClusterRegistryCredential/" + second());
  }

  /** Holds requests back, all others pass. */
  private void hold(Predicate<ApiRequest> which) {
    test.proxy()
        .rule(
            request -> {
              if (which.test(request)) {
                held.incrementAndGet();
                awaitRelease();
              }
              return Fault.none();
            });
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isOfSecret(String method, String in, ApiRequest request) {
    return request.method().equals(method) && request.isFor("namespaces/" + in + "/secrets/pull");
  }
}
