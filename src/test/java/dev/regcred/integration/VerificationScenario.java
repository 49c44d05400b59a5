package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.credential;
import static dev.regcred.testkit.Patience.await;
import static dev.regcred.testregistry.ScriptedRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.InProcessOperator;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testregistry.ScriptedRegistry;
import dev.regcred.testregistry.ServerIdentity;
import dev.regcred.verification.Account;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An operator that may ask registries on the loopback interface, and two namespaces. */
abstract class VerificationScenario {
  static final Account RIGHT = new Account("robot", CANARY);
  static final String WRONG = CANARY + "-wrong";
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  final KubernetesClient client = Installation.shared().admin();
  final TestNamespace namespace = TestNamespace.create(client);
  final TestNamespace another = TestNamespace.create(client);
  final InProcessOperator operator =
      new InProcessOperator(
          new OperatorConfig(
              0,
              Set.of(),
              2,
              "regcred-system",
              namespace.name(),
              null,
              Duration.ofHours(4),
              List.of("127.0.0.1")),
          Installation.shared().operatorConfig());

  @TempDir Path directory;
  ServerIdentity identity;
  final List<ScriptedRegistry> started = new ArrayList<>();

  @BeforeEach
  final void start() {
    identity = ServerIdentity.create(directory);
    operator.start();
  }

  @AfterEach
  final void stop() {
    started.forEach(ScriptedRegistry::close);
    client.resources(ClusterRegistryCredential.class).withName(namespace.name()).delete();
    await()
        .until(
            () ->
                client.resources(ClusterRegistryCredential.class).withName(namespace.name()).get()
                    == null);
    client.resources(ClusterRegistry.class).withName(namespace.name()).delete();
    namespace.withdrawAll();
    another.withdrawAll();
    operator.close();
    namespace.close();
    another.close();
  }

  /** One that knows the right account, and asks for it by Basic. */
  ScriptedRegistry startRegistry() {
    return startRegistry("WWW-Authenticate: Basic realm=\"private\"");
  }

  ScriptedRegistry startRegistry(String challenge) {
    return start(
        (request, out) -> {
          if (RIGHT.basic().equals(request.authorization())) {
            reply(out, 200, "{}");
          } else {
            reply(out, 401, "{}", challenge);
          }
        });
  }

  ScriptedRegistry start(ScriptedRegistry.Script script) {
    var registry = ScriptedRegistry.start(identity, LOOPBACK, script);
    started.add(registry);
    return registry;
  }

  /** The field that asks for it, with the authority of the registry. */
  String report() {
    return verification("Report");
  }

  /** The same with that mode. */
  String verification(String mode) {
    return "verification: {mode: %s, caBundle: \"%s\"}"
        .formatted(mode, identity.certificatePem().replace("\n", "\\n"));
  }

  static void apply(TestNamespace in, int port, String verification) {
    apply(in, "127.0.0.1:" + port, verification);
  }

  static void apply(TestNamespace in, String address, String verification) {
    in.apply(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: Registry
        metadata: {name: main}
        spec:
          serverAddress: "%s"
          %s
        """
            .formatted(address, verification));
  }

  double verifications(String outcome) {
    return meters()
        .value("regcred_verification_total{host=\"127.0.0.1\",outcome=\"%s\"}".formatted(outcome));
  }

  Meters meters() {
    return new Meters(operator.httpPort());
  }

  void awaitVerified(String name, String status, String reason) {
    awaitVerified(namespace, name, status, reason);
  }

  void awaitVerified(TestNamespace in, String name, String status, String reason) {
    await()
        .untilAsserted(
            () ->
                assertThat(conditions(in, name))
                    .anySatisfy(condition -> assertVerified(condition, status, reason)));
  }

  void assertVerified(Condition condition, String status, String reason) {
    assertThat(condition.type()).isEqualTo("Verified");
    assertThat(condition.status()).isEqualTo(status);
    assertThat(condition.reason()).isEqualTo(reason);
  }

  boolean isVerified(Condition condition) {
    return condition.type().equals("Verified");
  }

  boolean isRested(String reason) {
    return conditions(namespace, "pull").stream().anyMatch(c -> c.reason().equals(reason));
  }

  Condition condition(TestNamespace in, String name, String type) {
    return conditions(in, name).stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  List<Condition> conditions(TestNamespace in, String name) {
    return conditions(find(in, name));
  }

  RegistryCredential find(TestNamespace in, String name) {
    return client.resources(RegistryCredential.class).inNamespace(in.name()).withName(name).get();
  }

  static List<Condition> conditions(
      @Nullable LifecycleResource<?, ? extends CredentialStatus> credential) {
    var status = credential == null ? null : credential.getStatus();
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }
}
