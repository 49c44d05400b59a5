package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Installation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A namespace in which all happens that the operator's metrics tell of. */
final class BusyTeam implements AutoCloseable {
  static final String PASSWORD = "s3cr3t-canary";

  private static final List<String> NAMES = List.of("app", "batch", "web");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String REGISTRY =
      """
      apiVersion: regcred.dev/v1alpha1
      kind: Registry
      metadata: {name: main}
      spec: {serverAddress: registry.example.com}
      ---
      """;
  private static final String CREDENTIAL =
      """
      apiVersion: regcred.dev/v1alpha1
      kind: RegistryCredential
      metadata: {name: %1$s-pull}
      spec:
        email: team@example.com
        registryRef: {name: main}
        publicValue: robot
        secretValueFrom: {secretKeyRef: {name: %2$s-account, key: password}}
        removal: {purgeAfter: 1s}
      ---
      """;

  private final Installation installation;
  private final KubernetesClient admin;
  private final String namespace = "busy-" + UUID.randomUUID().toString().substring(0, 8);
  private int rounds;

  private BusyTeam(Installation installation) {
    this.installation = installation;
    this.admin = installation.admin();
    installation.cluster().kubectl().ok("create", "namespace", namespace);
  }

  static BusyTeam in(Installation installation) {
    return new BusyTeam(installation);
  }

  String namespace() {
    return namespace;
  }

  /** Some credentials that become Active. */
  void begin() {
    apply(
        REGISTRY
            + NAMES.stream()
                .map(name -> account(name) + CREDENTIAL.formatted(name, name))
                .collect(Collectors.joining()));
    NAMES.forEach(name -> awaitState(name, LifecycleState.ACTIVE));
  }

  /** Rotates all passwords, edits a pull Secret, and takes a credential out of use and back. */
  void work() {
    rounds++;
    for (String name : NAMES) {
      var before = content(name);
      secret(
          name + "-account",
          "{\"stringData\":{\"password\":\"%s-%d\"}}".formatted(PASSWORD, rounds));
      await().untilAsserted(() -> assertThat(content(name)).isNotEqualTo(before));
    }
    if (rounds % 2 == 1) { // More often the operator would take it for a fight, and back off.
      edit(NAMES.get(rounds / 2 % NAMES.size()));
    }
    declare("batch", "Inactive");
    awaitState("batch", LifecycleState.INACTIVE);
    declare("batch", "Active");
    awaitState("batch", LifecycleState.ACTIVE);
  }

  private void edit(String name) {
    var right = content(name);
    secret(name + "-pull", "{\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}");
    await().untilAsserted(() -> assertThat(content(name)).isEqualTo(right));
  }

  /** One credential is withdrawn for good. */
  void withdraw() {
    declare("web", "Removed");
    awaitState("web", LifecycleState.PURGED);
  }

  /** From now on there is no room for another Secret. */
  void fill() {
    apply(quota(admin.secrets().inNamespace(namespace).list().getItems().size()));
    await()
        .untilAsserted(
            () -> {
              var quota = admin.resourceQuotas().inNamespace(namespace).withName("full").get();
              assertThat(quota.getStatus().getUsed()).containsKey("count/secrets");
            });
  }

  /** A further credential, which can't be served in a namespace that is full. */
  void fail(String name) {
    apply(CREDENTIAL.formatted(name, "app"));
    await().untilAsserted(() -> assertThat(reason(name)).isEqualTo("QuotaExceeded"));
  }

  private static String account(String name) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %s-account}
    stringData: {password: %s}
    ---
    """
        .formatted(name, PASSWORD);
  }

  private static String quota(int secrets) {
    return """
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: full}
    spec: {hard: {count/secrets: "%d"}}
    """
        .formatted(secrets);
  }

  private void apply(String yaml) {
    var result =
        installation.cluster().kubectl().runWithInput(yaml, "-n", namespace, "apply", "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  private void secret(String name, String patch) {
    admin.secrets().inNamespace(namespace).withName(name).patch(MERGE, patch);
  }

  private void declare(String name, String state) {
    admin
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .withName(name + "-pull")
        .patch(MERGE, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
  }

  private String content(String name) {
    var secret = admin.secrets().inNamespace(namespace).withName(name + "-pull").get();
    return secret == null ? "" : secret.getData().getOrDefault(".dockerconfigjson", "");
  }

  private void awaitState(String name, LifecycleState state) {
    await()
        .untilAsserted(
            () -> {
              var status = credential(name).getStatus();
              assertThat(status).as(name).isNotNull();
              assertThat(Objects.requireNonNull(status).state()).as(name).isEqualTo(state);
            });
  }

  private String reason(String name) {
    var status = credential(name).getStatus();
    return status == null || status.conditions() == null || status.conditions().isEmpty()
        ? ""
        : status.conditions().getFirst().reason();
  }

  private RegistryCredential credential(String name) {
    return admin
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .withName(name + "-pull")
        .require();
  }

  static ConditionFactory await() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50));
  }

  /** Needs an operator that runs. */
  @Override
  public void close() {
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("-n", namespace, "delete", "registrycredentials", "--all", "--timeout=30s");
    kubectl.ok("-n", namespace, "delete", "registries", "--all", "--timeout=30s");
    kubectl.ok("delete", "namespace", namespace, "--wait=false");
    assertThat(admin.resources(Registry.class).inNamespace(namespace).list().getItems()).isEmpty();
  }
}
