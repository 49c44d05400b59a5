package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.credential;
import static dev.regcred.testkit.Patience.await;
import static dev.regcred.testregistry.ScriptedRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Manifests;
import dev.regcred.testregistry.DistributionRegistry;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to the condition that says what the registry makes of an account. */
class VerificationIT extends VerificationScenario {
  /** Whatever is done beside it, a value that is refused is sent once. */
  @Test
  void aRealRegistrySaysWhichAccountsItTakes() {
    try (var real =
        DistributionRegistry.withPasswords(
            directory, identity, RIGHT.userName(), RIGHT.password())) {
      var report = report();
      apply(namespace, real.port(), report);
      namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
      awaitVerified("pull", "True", "Accepted");
      assertThat(condition(namespace, "pull", "Ready").status()).isEqualTo("True");
      assertThat(real.refused()).isZero();

      namespace.apply(CrashScenarios.source(WRONG));
      awaitVerified("pull", "False", "Refused");
      assertThat(condition(namespace, "pull", "Ready").status()).isEqualTo("True");
      assertThat(World.read(namespace).summary("Secret/pull")).contains(WRONG);
      assertThat(real.refused()).isOne();

      // Another credential of it, another namespace, and an operator that comes after.
      operator.stop();
      namespace.apply(credential("desiredState: Inactive"));
      namespace.apply(credential("second", ""));
      operator.start();
      awaitVerified("second", "False", "Refused");
      apply(another, real.port(), report);
      another.apply(CrashScenarios.source(WRONG) + "---\n" + credential("third", ""));
      awaitVerified(another, "third", "False", "Refused");
      await().until(() -> isRested("Inactive"));
      namespace.apply(credential(""));
      awaitVerified("pull", "False", "Refused");

      // What makes it new in other ways.
      apply(namespace, real.port(), "verification: {mode: \"Off\"}");
      await().until(() -> conditions(namespace, "second").stream().noneMatch(this::isVerified));
      apply(namespace, real.port(), report.replace("Report", "Report, realmHosts: [localhost]"));
      awaitVerified("second", "False", "Refused");
      namespace.deleteAndWait("RegistryCredential", "second");
      namespace.apply(credential("second", ""));
      awaitVerified("second", "False", "Refused");
      assertThat(real.refused()).isOne();

      namespace.apply(CrashScenarios.source(CANARY));
      awaitVerified("pull", "True", "Accepted");
      awaitVerified("second", "True", "Accepted");
      assertThat(real.refused()).isOne();
      assertThat(verifications("Refused")).isZero(); // Of this operator's own.
    }
  }

  /** Its account is sent once, however many namespaces it reaches. */
  @Test
  void aClusterWideCredentialIsCheckedOnce() {
    var registry = startRegistry();
    var name = namespace.name();
    namespace.apply(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s}
        spec:
          serverAddress: "127.0.0.1:%d"
          %s
        """
            .formatted(name, registry.port(), report()));
    namespace.apply(
        Manifests.source(name, WRONG).in(name).label("regcred.dev/source", "true").yaml());
    namespace.apply(
        Manifests.clusterCredential(name)
            .yaml()
            .replace(
                "spec:",
                "spec:\n  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name,"
                    + " operator: In, values: [%s, %s]}]}".formatted(name, another.name())));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        conditions(
                            client.resources(ClusterRegistryCredential.class).withName(name).get()))
                    .anySatisfy(condition -> assertVerified(condition, "False", "Refused")));
    assertThat(World.read(another).summary("Secret/pull")).contains(WRONG);
    operator.restart();
    await().until(() -> registry.logins() == 1);

    namespace.apply(
        Manifests.source(name, CANARY).in(name).label("regcred.dev/source", "true").yaml());
    await()
        .untilAsserted(
            () ->
                assertThat(
                        conditions(
                            client.resources(ClusterRegistryCredential.class).withName(name).get()))
                    .anySatisfy(condition -> assertVerified(condition, "True", "Accepted")));
    assertThat(registry.logins()).isEqualTo(2);
  }

  /** A restart asks again about an account that was taken, and writes nothing. */
  @Test
  void anAnswerThatIsTheSameIsNotWritten() {
    var registry = startRegistry();
    apply(namespace, registry.port(), report());
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitVerified("pull", "True", "Accepted");
    var before = find(namespace, "pull").getMetadata().getResourceVersion();
    operator.restart();
    await().until(() -> verifications("Accepted") == 1);
    // The pass that the answer has woken it for.
    await().until(() -> meters().passes("RegistryCredential") >= 2);
    assertThat(find(namespace, "pull").getMetadata().getResourceVersion()).isEqualTo(before);
    assertThat(registry.logins()).isEqualTo(2);
  }

  @Test
  void aRegistryOfAnAuthorityThatNobodyTrustsIsSaidUntilItIsTrusted() {
    var registry = startRegistry();
    apply(namespace, registry.port(), "verification: {mode: Report}");
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitVerified("pull", "Unknown", "TlsUntrusted");
    assertThat(registry.logins()).isZero();

    apply(namespace, registry.port(), report());
    awaitVerified("pull", "True", "Accepted");
  }

  @Test
  void whatIsNotReachedAndWhatMayNotBeReached() {
    var registry =
        startRegistry("WWW-Authenticate: Bearer realm=\"https://tokens.example.com/token\"");
    apply(namespace, registry.port(), report());
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitVerified("pull", "Unknown", "RealmNotAllowed");
    assertThat(registry.logins()).isZero();

    apply(another, "localhost:" + registry.port(), report());
    another.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    var connections = registry.connections();
    awaitVerified(another, "pull", "Unknown", "HostNotAllowed");
    assertThat(registry.connections()).isEqualTo(connections);

    var port = registry.port();
    registry.close();
    apply(namespace, port, report().replace("Report", "Report, interval: 1h"));
    namespace.apply(CrashScenarios.source(CANARY + "-other"));
    awaitVerified("pull", "Unknown", "Unreachable");
    assertThat(condition(namespace, "pull", "Ready").status()).isEqualTo("True");
  }

  /** One that takes its time keeps nothing else waiting. */
  @Test
  void nothingWaitsForAnAnswer() {
    var answers = new CountDownLatch(1);
    var registry =
        start(
            (_, out) -> {
              answers.await();
              reply(out, 200, "{}");
            });
    apply(namespace, registry.port(), report());
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitVerified("pull", "Unknown", "Pending");
    await().until(() -> registry.connections() == 1);
    namespace.apply(CrashScenarios.source(CANARY + "-rotated"));
    await().until(() -> World.read(namespace).summary("Secret/pull").contains(CANARY + "-rotated"));
    assertThat(verifications("NoChallenge")).isZero();
    answers.countDown();
    awaitVerified("pull", "Unknown", "NoChallenge");
  }

  @Test
  void nothingIsSentToARegistryThatDoesNotAskForIt() {
    var registry = startRegistry();
    apply(namespace, registry.port(), "");
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    await().until(() -> isRested("Active"));
    namespace.apply(CrashScenarios.source(CANARY + "-rotated"));
    await().until(() -> World.read(namespace).summary("Secret/pull").contains(CANARY + "-rotated"));
    assertThat(registry.connections()).isZero();
    assertThat(conditions(namespace, "pull")).extracting(Condition::type).containsExactly("Ready");
  }
}
