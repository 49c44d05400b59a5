package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.faults.Fault;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the operator has just written counts at once, also where the watch that tells of it is late:
 * else what was declared before stays for good beside what is declared now.
 */
class LateWatchIT extends ClusterWideScenario {
  private static final String ACCOUNT = "builder";

  LateWatchIT() {
    test.behindAProxy();
  }

  @AfterEach
  void letWatchesThrough() {
    test.proxy().rule(_ -> Fault.none());
    test.proxy().cutConnections();
  }

  @Test
  void whatWasJustAttachedIsDetached() {
    client
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(ACCOUNT).endMetadata().build())
        .inNamespace(namespace)
        .create();
    activeWorkingSet();
    silence("serviceaccounts");

    applied(Manifests.credential("pull").serviceAccounts(ACCOUNT));
    await().untilAsserted(() -> assertThat(attached()).containsExactly("pull"));
    applied(Manifests.credential("pull"));

    await().untilAsserted(() -> assertThat(attached()).isEmpty());
  }

  /**
   * A credential that takes another target is detached first and leaves the mark a moment later.
   * One that shares the Secret looks at it in between.
   */
  @Test
  void whoHasLeftASharedSecretIsNotAttachedToItAgain() {
    client
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(ACCOUNT).endMetadata().build())
        .inNamespace(namespace)
        .create();
    activeWorkingSet();
    applied(Manifests.registry("other").server("other.example.com"));
    var leaver = Manifests.credential("leaver").registry("other").serviceAccounts(ACCOUNT);
    applied(leaver.target("pull"));
    await().untilAsserted(() -> assertThat(attached()).containsExactly("pull"));
    var meters = new Meters(operator().httpPort());
    var passes = new AtomicLong(Long.MAX_VALUE);
    test.proxy()
        .rule(
            request -> {
              if (request.isFor("secrets/pull")) {
                if (request.isWrite()) {
                  eventually(() -> meters.passes("RegistryCredential") > passes.get());
                } else if (!attached().contains("pull")) {
                  passes.set(meters.passes("RegistryCredential"));
                }
              }
              return Fault.none();
            });

    applied(leaver.target("left"));

    eventually(() -> "left".equals(status("leaver").secretName()));
    await().untilAsserted(() -> assertThat(attached()).containsExactly("left"));
  }

  @Test
  void whatWasJustCopiedIsWithdrawn() {
    var selected = namespaces(1).getFirst();
    label(selected, "later");
    applyClusterWide();
    awaitWide(LifecycleState.ACTIVE, "NoNamespaceSelected");
    silence("secrets");

    label(selected, name);
    await().untilAsserted(() -> assertThat(pullIn(selected)).contains(CANARY));
    label(selected, "never");

    await()
        .untilAsserted(
            () ->
                assertThat(client.secrets().inNamespace(selected).withName("pull").get()).isNull());
  }

  /** The watch of a kind ends, and whoever asks for it anew hears nothing. */
  private void silence(String resource) {
    test.proxy()
        .rule(
            request ->
                request.isWatch() && request.isFor(resource) ? new Fault.Silence() : Fault.none());
    test.proxy().cutConnections();
  }

  private List<String> attached() {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(ACCOUNT)
        .require()
        .getImagePullSecrets()
        .stream()
        .map(LocalObjectReference::getName)
        .toList();
  }
}
