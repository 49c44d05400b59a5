package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testcluster.Kubectl;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.OperatorExtension;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The words in which most tests of the running operator are written. Each test has a namespace and
 * an operator of its own ({@link OperatorExtension}).
 *
 * <p>Every password in these tests is, or contains, {@link #CANARY}.
 */
abstract class OperatorScenario {
  /** Part of every password, so that a leak shows. */
  static final String CANARY = Canary.TEXT;

  @RegisterExtension final OperatorExtension test = OperatorExtension.forAllNamespaces();

  final Installation installation = test.installation();
  final KubernetesClient client = test.admin();
  final String namespace = test.namespace().name();

  final void startOperator() {
    test.start();
  }

  /** For what is cleared away by it, whatever the test did. */
  final void startOperatorUnlessItRuns() {
    if (!test.operator().isRunning()) {
      startOperator();
    }
  }

  final void stopOperator() {
    test.stop();
  }

  /**
   * Starts the operator, lets it look at resources of these kinds, and stops it: what it does not
   * write by then, it does not write.
   */
  final void passOnce(String... kinds) {
    startOperator();
    var meters = new Meters(operator().httpPort());
    for (String kind : kinds) {
      eventually(() -> meters.passes(kind) > 0);
    }
    stopOperator();
  }

  final RunningOperator operator() {
    return test.operator().running();
  }

  /**
   * Does something as a user would, in the test's namespace, that must succeed.
   *
   * @return what it printed
   */
  final String kubectl(String... args) {
    return installation.cluster().kubectl().ok(inNamespace(args));
  }

  /** Does something that may be refused. */
  final Kubectl.Result tried(String... args) {
    return installation.cluster().kubectl().run(inNamespace(args));
  }

  /** Applies objects, some of which may be refused, as a user would. */
  final Kubectl.Result triedToApply(String yaml) {
    return installation.cluster().kubectl().runWithInput(yaml, inNamespace("apply", "-f", "-"));
  }

  /** Applies objects as a user would: kubectl leaves its annotation on them. */
  final void appliedByKubectl(String yaml) {
    var result = triedToApply(yaml);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  /** Applies objects by the API itself: kubectl takes ten times as long. */
  final void applied(String yaml) {
    test.namespace().apply(yaml);
  }

  /** Applies objects, one after the other, by the API itself. */
  final void applied(Manifest<?>... manifests) {
    for (Manifest<?> manifest : manifests) {
      applied(manifest.yaml());
    }
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

  /** The working set, once it is Active. */
  final void activeWorkingSet() {
    // The operator hears of Secrets by a watch of their own: one that it missed would be noted.
    applySource(CANARY);
    applied(Manifests.registry("main"));
    awaitRegistry("main", "Active", "Active");
    applied(Manifests.credential("pull"));
    awaitState("pull", "Active", "Active");
  }

  final void applySource(String password) {
    applySource("account", password);
  }

  final void applySource(String name, String password) {
    applied(Manifests.source(name, password));
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
    return document(entryAt("registry.example.com", user, password));
  }

  /** The entry of one server in a pull Secret. */
  static String entryAt(String server, String user, String password) {
    return "\"%s\":{\"username\":\"%s\",\"password\":\"%s\",\"email\":\"team@example.com\",\"auth\":\"%s\"}"
        .formatted(
            server,
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
    return entryAt(server(registry), user, password);
  }

  /** What a pull Secret of several entries holds, in the order of their servers. */
  static String document(String... entries) {
    return "{\"auths\":{" + String.join(",", entries) + "}}";
  }

  final void declare(String state) {
    declare("RegistryCredential/pull", state);
  }

  /**
   * Declares the end of a resource.
   *
   * @param resource its kind and name, such as {@code Registry/main}
   */
  final void declare(String resource, String state) {
    patch(resource, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
  }

  /** Merges JSON into a resource, which is there. */
  final void patch(String resource, String json) {
    var kindAndName = resource.split("/", 2);
    test.namespace().patch(kindAndName[0], kindAndName[1], json);
  }

  /**
   * Deletes a resource and returns when it is gone, as {@code kubectl delete} does.
   *
   * @param resource its kind and name, such as {@code Secret/account}
   */
  final void deleted(String resource) {
    var kindAndName = resource.split("/", 2);
    test.namespace().deleteAndWait(kindAndName[0], kindAndName[1]);
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

  final Registry existingRegistry(String name) {
    return present(
        client.resources(Registry.class).inNamespace(namespace).withName(name).get(),
        "Registry " + name);
  }

  final RegistryStatus registryStatus(String name) {
    return present(existingRegistry(name).getStatus(), "status of " + name);
  }

  /** The condition Ready, which is the first one. */
  static Condition ready(LifecycleStatus status) {
    return present(status.conditions(), "conditions").getFirst();
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

  /** Waits until the Secret {@code pull} has this content. */
  final void awaitPullSecret(String expected) {
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(expected));
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

  /** Waits until the Registry is in that state and has seen the newest spec. */
  final void awaitRegistry(String name, String state, String reason) {
    await()
        .untilAsserted(
            () -> {
              var registry = existingRegistry(name);
              var status = present(registry.getStatus(), "status of " + name);
              assertThat(summary(status)).isEqualTo(state + " " + reason);
              assertThat(status.observedGeneration())
                  .isEqualTo(registry.getMetadata().getGeneration());
            });
  }

  /** The state and the reason of Ready, such as {@code Activating SourceNotFound}. */
  static String summary(@Nullable LifecycleStatus status) {
    if (status == null || status.state() == null) {
      return "none";
    }
    var conditions = status.conditions();
    return status.state().value()
        + " "
        + (conditions == null || conditions.isEmpty() ? "none" : conditions.getFirst().reason());
  }

  /** The conditions of a credential, such as {@code Stalled True}; {@code Ready} comes first. */
  final List<String> conditions(String name) {
    return present(status(name).conditions(), "conditions").stream()
        .map(condition -> condition.type() + " " + condition.status())
        .toList();
  }

  /** What a credential's condition of that type says. */
  final String message(String name, String type) {
    return message(status(name), type);
  }

  /** What a condition of that type says. */
  static String message(LifecycleStatus status, String type) {
    return present(status.conditions(), "conditions").stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no " + type + " in " + status))
        .message();
  }

  /** The Events of the namespace, such as {@code pull Normal Removed Remove}. */
  final List<String> events() {
    return client.resources(Event.class).inNamespace(namespace).list().getItems().stream()
        .map(
            event ->
                String.join(
                    " ",
                    event.getRegarding().getName(),
                    event.getType(),
                    event.getReason(),
                    event.getAction()))
        .toList();
  }

  static ConditionFactory await() {
    return Patience.await();
  }

  static void eventually(java.util.concurrent.Callable<Boolean> condition) {
    await().until(condition);
  }
}
