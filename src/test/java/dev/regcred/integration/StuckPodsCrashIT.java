package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.faults.Fault;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator dies at the eviction of a Pod, and the next one takes it up. */
class StuckPodsCrashIT extends AttachScenario {
  private static final int REPLICAS = 2;

  private final Set<String> evicted = ConcurrentHashMap.newKeySet();

  StuckPodsCrashIT() {
    test.behindAProxy();
  }

  @BeforeEach
  void applyAccount() {
    installation.cluster().kubectl().ok("apply", "-f", StuckPodsIT.ROLE);
    applied(Manifests.registry("main"));
    applySource(CANARY);
    eventually(
        () -> client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
  }

  /** The permissions are everybody's. */
  @AfterEach
  void removeRole() {
    installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", StuckPodsIT.ROLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void eachPodIsReplacedOnce(String when) {
    applied(StuckPodsIT.deployment("web", REPLICAS));
    await().until(() -> web().size() == REPLICAS);
    web().forEach(pod -> StuckPodsIT.stick(client, pod));
    var old = uids();
    var isDead = new AtomicBoolean();
    test.proxy()
        .rule(
            request -> {
              if (isDead.get()) {
                return new Fault.ConnectionLost();
              }
              if (!request.path().endsWith("/eviction")) {
                return Fault.none();
              }
              isDead.set(true);
              return when.equals("before") ? new Fault.ConnectionLost() : new Fault.AnswerLost();
            });
    test.proxy()
        .onAnswer(
            (request, code) -> {
              if (request.path().endsWith("/eviction") && code / 100 == 2) {
                evicted.add(request.path());
              }
            });

    applied(Manifests.credential("pull").serviceAccounts("default").set("spec.stuckPods", "Evict"));
    await().atMost(Patience.LIMIT.multipliedBy(2)).until(isDead::get);
    stopOperator();
    isDead.set(false);
    test.proxy().rule(_ -> Fault.none());
    startOperator();

    await()
        .atMost(Patience.LIMIT.multipliedBy(2))
        .untilAsserted(
            () ->
                assertThat(web())
                    .hasSize(REPLICAS)
                    .allSatisfy(pod -> assertThat(names(pod)).containsExactly("pull"))
                    .noneMatch(pod -> old.contains(pod.getMetadata().getUid())));
    // They can't pull all the same: nobody evicts them again.
    var successors = uids();
    web().forEach(pod -> StuckPodsIT.stick(client, pod));
    stopOperator();
    evicted.clear();
    startOperator();
    await().untilAsserted(() -> assertThat(conditions("pull")).containsExactly("Ready True"));
    assertThat(uids()).isEqualTo(successors);
    assertThat(evicted).isEmpty();
  }

  private List<Pod> web() {
    return client.pods().inNamespace(namespace).withLabel("app", "web").list().getItems().stream()
        .filter(pod -> !pod.isMarkedForDeletion())
        .toList();
  }

  private Set<String> uids() {
    return web().stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
  }
}
