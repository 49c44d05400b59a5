package dev.regcred.integration;

import dev.regcred.testkit.ConditionInvariants;

import dev.regcred.testkit.LogCapture;
import dev.regcred.testkit.Patience;

import dev.regcred.testkit.Installation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.app.OperatorConfig;
import dev.regcred.app.RunningOperator;
import dev.regcred.testcluster.Kubectl;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A test of the running operator: each has a namespace of its own, and after each the conditions
 * are checked and the password is searched for where it must not be.
 *
 * <p>Every password in these tests is, or contains, {@link #CANARY}.
 */
abstract class OperatorScenario {
  /** Part of every password, so that a leak shows. */
  static final String CANARY = "s3cr3t-canary";

  static final Duration PATIENCE = Patience.LIMIT;
  private static final OperatorConfig CONFIG = new OperatorConfig(0, Set.of(), 8);

  final Installation installation = Installation.shared();
  final KubernetesClient client = installation.admin();
  final String namespace = "test-" + UUID.randomUUID().toString().substring(0, 8);

  private @Nullable RunningOperator operator;
  private @Nullable LogCapture log;

  @BeforeEach
  void createNamespace() {
    log = LogCapture.begin();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    startOperator();
  }

  @AfterEach
  void checkAndCleanUp() {
    try {
      checkInvariants();
      checkNothingLeaked();
    } finally {
      if (operator == null) {
        startOperator();
      }
      // With its finalizers; a namespace that stays would slow down what comes after.
      client.resources(RegistryCredential.class).inNamespace(namespace).delete();
      eventually(
          () ->
              client
                  .resources(RegistryCredential.class)
                  .inNamespace(namespace)
                  .list()
                  .getItems()
                  .isEmpty());
      client.resources(Registry.class).inNamespace(namespace).delete();
      client.namespaces().withName(namespace).delete();
      stopOperator();
      if (log != null) {
        log.close();
      }
    }
  }

  final void startOperator() {
    try {
      operator = RunningOperator.start(CONFIG, installation.operatorConfig());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  final RunningOperator operator() {
    if (operator == null) {
      throw new IllegalStateException("The operator is stopped");
    }
    return operator;
  }

  final Kubectl.Result kubectl(String... args) {
    return installation.cluster().kubectl().run(inNamespace(args));
  }

  final Kubectl.Result apply(String yaml) {
    return installation.cluster().kubectl().runWithInput(yaml, inNamespace("apply", "-f", "-"));
  }

  final void applied(String yaml) {
    var result = apply(yaml);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  private String[] inNamespace(String... args) {
    var all = new String[args.length + 2];
    all[0] = "-n";
    all[1] = namespace;
    System.arraycopy(args, 0, all, 2, args.length);
    return all;
  }

  /** A Registry, a source Secret and a RegistryCredential that become Active. */
  final void applyWorkingSet() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(credential(""));
  }

  final void applySource(String password) {
    applySource("account", password);
  }

  final void applySource(String name, String password) {
    applied(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s}
        data: {password: "%s"}
        """
            .formatted(
                name,
                Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8))));
  }

  static final String REGISTRY =
      """
      apiVersion: regcred.dev/v1alpha1
      kind: Registry
      metadata: {name: main}
      spec: {serverAddress: registry.example.com}
      """;

  /**
   * The credential {@code pull}.
   *
   * @param more further lines of the spec, without indentation
   */
  static String credential(String more) {
    return credential("pull", more);
  }

  static String credential(String name, String more) {
    return """
    apiVersion: regcred.dev/v1alpha1
    kind: RegistryCredential
    metadata: {name: %s}
    spec:
      email: team@example.com
      registryRef: {name: main}
      publicValue: robot
      secretValueFrom: {secretKeyRef: {name: account, key: password}}
    """
            .formatted(name)
        + more.indent(2);
  }

  /** What the pull Secret of the working set holds. */
  static String config(String password) {
    return config("robot", password);
  }

  static String config(String user, String password) {
    return "{\"auths\":{\"registry.example.com\":{\"username\":\"%s\",\"password\":\"%s\",\"email\":\"team@example.com\",\"auth\":\"%s\"}}}"
        .formatted(
            user,
            password,
            Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  static final String BLANK = "{\"auths\":{}}";

  /** A Registry of that name with a server of its own, which {@link #server} names. */
  static String registry(String name) {
    return REGISTRY
        .replace("name: main", "name: " + name)
        .replace("registry.example.com", server(name));
  }

  static String server(String registry) {
    return registry + ".example.com";
  }

  /** A credential of another Registry, whose user name is its own name. */
  static String credential(String name, String registry, String more) {
    return credential(name, more)
        .replace("registryRef: {name: main}", "registryRef: {name: " + registry + "}")
        .replace("publicValue: robot", "publicValue: " + name);
  }

  /**
   * One of the entries of a pull Secret.
   *
   * @param user the user name, which is the name of the credential
   */
  static String entry(String registry, String user, String password) {
    return config(user, password)
        .replace("{\"auths\":{", "")
        .replace("}}}", "}")
        .replace("registry.example.com", server(registry));
  }

  /** What a pull Secret of several entries holds, in the order of their servers. */
  static String document(String... entries) {
    return "{\"auths\":{" + String.join(",", entries) + "}}";
  }

  final void declare(String state) {
    declare("registrycredential/pull", state);
  }

  final void declare(String resource, String state) {
    var result =
        kubectl(
            "patch",
            resource,
            "--type=merge",
            "-p",
            "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  /**
   * The value. What is not there yet is an assertion that fails, so that a wait goes on; a
   * NullPointerException would end it.
   */
  static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw new AssertionError("There is no " + what);
    }
    return value;
  }

  final @Nullable RegistryCredential credentialNamed(String name) {
    return client.resources(RegistryCredential.class).inNamespace(namespace).withName(name).get();
  }

  final RegistryCredential existing(String name) {
    return present(credentialNamed(name), "RegistryCredential " + name);
  }

  final RegistryCredentialStatus status(String name) {
    return present(existing(name).getStatus(), "status of " + name);
  }

  final @Nullable Secret secretNamed(String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  final Secret pullSecret() {
    return present(secretNamed("pull"), "Secret pull");
  }

  /** The decoded {@code .dockerconfigjson}; null if there is no such Secret. */
  final @Nullable String content(String secretName) {
    var secret = secretNamed(secretName);
    return secret == null
        ? null
        : new String(
            Base64.getDecoder().decode(secret.getData().getOrDefault(".dockerconfigjson", "")),
            StandardCharsets.UTF_8);
  }

  /** Waits until the credential is in that state and has seen the newest spec. */
  final void awaitState(String name, String state, String reason) {
    await()
        .untilAsserted(
            () -> {
              var credential = existing(name);
              var status = present(credential.getStatus(), "status of " + name);
              assertThat(summary(status))
                  .as(() -> String.valueOf(status))
                  .isEqualTo(state + " " + reason);
              assertThat(status.observedGeneration())
                  .isEqualTo(credential.getMetadata().getGeneration());
            });
  }

  final void awaitRegistry(String name, String state, String reason) {
    await()
        .untilAsserted(
            () -> {
              var registry =
                  client.resources(Registry.class).inNamespace(namespace).withName(name).get();
              assertThat(registry).as("Registry %s", name).isNotNull();
              assertThat(summary(registry.getStatus())).isEqualTo(state + " " + reason);
            });
  }

  private static String summary(dev.regcred.api.v1alpha1.@Nullable LifecycleStatus status) {
    if (status == null || status.state() == null) {
      return "none";
    }
    var conditions = status.conditions();
    return status.state().value()
        + " "
        + (conditions == null || conditions.isEmpty() ? "none" : conditions.getFirst().reason());
  }

  /** A field of a condition of the credential {@code pull}; empty if there is no such condition. */
  final String conditionOfPull(String type, String field) {
    return kubectl(
            "get",
            "regcred/pull",
            "-o",
            "jsonpath={.status.conditions[?(@.type==\"%s\")].%s}".formatted(type, field))
        .stdout();
  }

  static ConditionFactory await() {
    return Patience.await();
  }

  static void eventually(java.util.concurrent.Callable<Boolean> condition) {
    await().until(condition);
  }

  private void checkInvariants() {
    client
        .resources(Registry.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(ConditionInvariants::check);
    client
        .resources(RegistryCredential.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(ConditionInvariants::check);
  }

  private void checkNothingLeaked() {
    var resources = kubectl("get", "registries,registrycredentials,events", "-o", "json").stdout();
    var base64 =
        Base64.getEncoder()
            .encodeToString(CANARY.getBytes(StandardCharsets.UTF_8))
            .substring(0, 16);
    assertThat(resources).doesNotContain(CANARY, base64);
    if (log != null) {
      assertThat(log.text()).doesNotContain(CANARY, base64);
    }
  }
}
