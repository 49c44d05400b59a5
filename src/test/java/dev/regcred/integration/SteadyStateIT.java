package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.faults.ApiRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where nothing changes, nothing is written: of all that the operator sends to the API server,
 * Events included, nothing is a write of something of this test. What namespaces of other tests
 * that are just going cost it does not count.
 *
 * <p>{@code -Dregcred.steady.seconds=60} looks longer.
 */
class SteadyStateIT extends ClusterWideScenario {
  private static final int SECRETS = 20;

  /** Of each Secret, with a Registry each. */
  private static final List<String> REGISTRIES = List.of("a", "b", "c", "d", "e");

  /**
   * The Registry whose credentials are attached to Pods, those of the others to a ServiceAccount.
   */
  private static final String OF_PODS = "e";

  private static final int CREDENTIALS = SECRETS * REGISTRIES.size();

  /** Of a cluster-wide credential. */
  private static final int COPIES = 20;

  private static final Duration AT_REST =
      Duration.ofSeconds(Integer.getInteger("regcred.steady.seconds", 10));
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong ofPods = new AtomicLong();

  SteadyStateIT() {
    test.behindAProxy();
  }

  @AfterEach
  void removePolicies() {
    installation
        .cluster()
        .kubectl()
        .ok("delete", "--ignore-not-found", "-f", AttachScenario.POLICIES, "-f", StuckPodsIT.ROLE);
  }

  @BeforeEach
  void count() {
    test.proxy().count(this::isWrite);
    test.proxy()
        .onAnswer(
            (request, code) -> {
              if (request.path().matches(".*/(pods|jobs)\\b.*")) {
                ofPods.incrementAndGet();
              }
              if (isWrite(request) && code / 100 == 2) {
                accepted.incrementAndGet();
              }
            });
  }

  private boolean isWrite(ApiRequest request) {
    return !request.method().equals("GET")
        && Stream.of(namespace, name).anyMatch(ours -> request.path().contains("/" + ours));
  }

  @Test
  void nothingIsWrittenAtRestNorByARestart() {
    installation
        .cluster()
        .kubectl()
        .ok("apply", "-f", AttachScenario.POLICIES, "-f", StuckPodsIT.ROLE);
    var copies = namespaces(COPIES);
    applyClusterWide(wide().set("spec.attach", "Pods").set("spec.stuckPods", "Evict"));
    activate();
    awaitCounts(COPIES, COPIES, 0, 0);
    awaitWide(LifecycleState.ACTIVE, "Active");
    eventually(() -> ofPods.get() > 0); // A look follows what it was attached by.
    awaitQuiet();
    var versions = versions();
    var before = test.proxy().writes();

    holds(AT_REST, () -> test.proxy().writes() == before);
    var atRest = test.proxy().writes() - before;
    stopOperator();
    ofPods.set(0);
    startOperator();
    awaitLookAtAll();
    holds(QUIET, () -> test.proxy().writes() == before);

    System.out.printf(
        "steady state: %d credentials in %d Secrets attached to %d ServiceAccounts, %d of them to"
            + " Pods, a cluster-wide one of Pods in %d namespaces, %d s, %d writes; with a restart:"
            + " %d writes, %d requests for Pods%n",
        CREDENTIALS,
        SECRETS,
        SECRETS,
        SECRETS,
        COPIES,
        AT_REST.toSeconds(),
        atRest,
        test.proxy().writes() - before,
        ofPods.get());
    assertThat(versions()).isEqualTo(versions);
    assertThat(ofPods).as("requests for Pods, none of which is known to be stuck").hasValue(0);
    accepted.set(0);
    applySource(CANARY + "-rotated");
    applyWideSource(CANARY + "-rotated");
    for (int i = 0; i < SECRETS; i++) {
      var secret = i;
      await()
          .untilAsserted(
              () ->
                  assertThat(content("shared-" + secret))
                      .isEqualTo(content(secret, CANARY + "-rotated")));
    }
    for (String copy : copies) {
      await().untilAsserted(() -> assertThat(pullIn(copy)).contains(CANARY + "-rotated"));
    }
    awaitQuiet();
    assertThat(ofPods).as("requests for Pods by a rotation").hasValue(0);
    assertThat(accepted)
        .as("a rotation is one write of each pull Secret")
        .hasValue(SECRETS + COPIES);
  }

  /** A start begins a pass over each resource; after these it has done what it was to do. */
  private void awaitLookAtAll() {
    var meters = new Meters(operator().httpPort());
    eventually(
        () ->
            meters.passes("RegistryCredential") >= CREDENTIALS
                && meters.passes("Registry") >= REGISTRIES.size()
                && meters.passes("ClusterRegistryCredential") >= 1
                && meters.passes("ClusterRegistry") >= 1);
  }

  private void activate() {
    // Nobody is there who could be asked, which is said once.
    REGISTRIES.forEach(
        name -> applied(Manifests.registry(name).set("spec.verification.mode", "Report")));
    applySource(CANARY);
    var resources = new ArrayList<String>();
    var names = new ArrayList<String>();
    for (int i = 0; i < SECRETS; i++) {
      resources.add(
          """
          apiVersion: v1
          kind: ServiceAccount
          metadata: {name: runner-%d}
          imagePullSecrets: [{name: theirs}]
          """
              .formatted(i));
      for (String registry : REGISTRIES) {
        var name = "pull-%d-%s".formatted(i, registry);
        names.add(name);
        resources.add(
            credential(
                name,
                registry,
                """
                target: {secretName: shared-%d, labels: {team: "%s"}}
                stuckPods: Evict
                %s
                """
                    .formatted(
                        i,
                        registry,
                        registry.equals(OF_PODS)
                            ? "attach: Pods"
                            : "serviceAccounts: [runner-%d]".formatted(i))));
      }
    }
    applied(String.join("---\n", resources));
    names.forEach(name -> awaitState(name, "Active", "Active"));
    await().until(this::isAsked);
    for (int i = 0; i < SECRETS; i++) {
      assertThat(content("shared-" + i)).isEqualTo(content(i, CANARY));
      var account = client.serviceAccounts().inNamespace(namespace).withName("runner-" + i).get();
      assertThat(account.getImagePullSecrets().stream().map(LocalObjectReference::getName))
          .containsExactly("theirs", "shared-" + i);
    }
  }

  /** Whether all registries have been asked about the accounts. */
  private boolean isAsked() {
    return client
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .allMatch(
            credential -> {
              var status = credential.getStatus();
              var conditions = status == null ? null : status.conditions();
              return conditions != null
                  && conditions.stream().anyMatch(c -> c.reason().equals("Unreachable"));
            });
  }

  private static String content(int secret, String password) {
    return document(
        REGISTRIES.stream()
            .map(name -> entry(name, "pull-%d-%s".formatted(secret, name), password))
            .toArray(String[]::new));
  }

  /** What is under way, and what is still to be told by Events, is over when nothing more comes. */
  private void awaitQuiet() {
    await()
        .atMost(Patience.LIMIT.plus(QUIET))
        .until(() -> System.nanoTime() - test.proxy().lastWrite() > QUIET.toNanos());
  }

  private static void holds(Duration time, Callable<Boolean> condition) {
    await()
        .during(time)
        .atMost(time.plusSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .until(condition);
  }

  private Map<String, String> versions() {
    Stream<HasMetadata> resources =
        Stream.of(
                client.resources(RegistryCredential.class).inNamespace(namespace).list().getItems(),
                client.resources(Registry.class).inNamespace(namespace).list().getItems(),
                client.secrets().inNamespace(namespace).list().getItems(),
                client.serviceAccounts().inNamespace(namespace).list().getItems(),
                client.resources(ClusterRegistryCredential.class).list().getItems(),
                client.resources(ClusterRegistry.class).list().getItems(),
                client
                    .secrets()
                    .inAnyNamespace()
                    .withLabel("regcred.dev/managed")
                    .list()
                    .getItems())
            .flatMap(List::stream);
    return resources.collect(
        Collectors.toMap(
            resource ->
                "%s/%s/%s"
                    .formatted(
                        resource.getKind(),
                        resource.getMetadata().getNamespace(),
                        resource.getMetadata().getName()),
            resource -> resource.getMetadata().getResourceVersion(),
            (one, _) -> one));
  }
}
