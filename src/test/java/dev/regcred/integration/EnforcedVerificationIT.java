package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.credential;
import static dev.regcred.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testregistry.DistributionRegistry;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a pull Secret where its registry is heard first. */
class EnforcedVerificationIT extends VerificationScenario {
  private static final String WITHHOLD = "verification: {onRefused: Withhold}";
  private static final String BLANK = "{\"auths\":{}}";

  @Test
  void aValueThatIsRefusedIsNotWritten() {
    try (var real = startReal()) {
      apply(namespace, real.port(), verification("Enforce"));
      namespace.apply(CrashScenarios.source(WRONG) + "---\n" + credential(""));
      awaitReady("False", "CredentialRefused");
      assertThat(secret(namespace)).isNull();

      namespace.apply(CrashScenarios.source(CANARY));
      awaitReady("True", "Active");
      var uid = secretOf(namespace).getMetadata().getUid();
      assertThat(content(namespace)).contains(CANARY);

      namespace.apply(CrashScenarios.source(CANARY + "-wrong-too"));
      awaitReady("False", "CredentialRefused");
      awaitVerified("pull", "False", "Refused");
      operator.restart();
      await().until(() -> meters().passes("RegistryCredential") >= 1);
      namespace.apply(credential("description: looked at again"));
      await().until(() -> find(namespace, "pull").observedGeneration() == 2);
      awaitReady("False", "CredentialRefused");
      assertThat(content(namespace)).contains(CANARY).doesNotContain("-wrong");
      assertThat(real.refused()).isEqualTo(2);

      namespace.apply(CrashScenarios.source(CANARY));
      awaitReady("True", "Active");
      assertThat(secretOf(namespace).getMetadata().getUid()).isEqualTo(uid);
      assertThat(real.refused()).isEqualTo(2);
    }
  }

  /** Report has let it in. */
  @Test
  void aRefusedOneIsTakenOutAndTheNextOneThatIsTakenIsPutIn() {
    try (var real = startReal()) {
      apply(namespace, real.port(), report());
      namespace.apply(CrashScenarios.source(WRONG) + "---\n" + credential(""));
      awaitVerified("pull", "False", "Refused");
      assertThat(content(namespace)).contains(WRONG);
      var uid = secretOf(namespace).getMetadata().getUid();

      namespace.apply(credential(WITHHOLD));
      apply(namespace, real.port(), verification("Enforce"));
      awaitReady("False", "Withheld");
      assertThat(content(namespace)).isEqualTo(BLANK);
      assertThat(secretOf(namespace).getMetadata().getUid()).isEqualTo(uid);

      // It stays out after a restart, and where the Secret is deleted.
      operator.restart();
      client.secrets().inNamespace(namespace.name()).withName("pull").delete();
      await().until(() -> secret(namespace) != null);
      assertThat(content(namespace)).isEqualTo(BLANK);
      awaitReady("False", "Withheld");

      // Nobody listens any more, and somebody does again.
      apply(namespace, real.port(), "verification: {mode: \"Off\"}");
      awaitReady("True", "Active");
      assertThat(content(namespace)).contains(WRONG);
      apply(namespace, real.port(), verification("Enforce"));
      awaitReady("False", "Withheld");
      assertThat(content(namespace)).isEqualTo(BLANK);
      assertThat(real.refused()).isOne();

      namespace.apply(CrashScenarios.source(CANARY));
      awaitReady("True", "Active");
      assertThat(content(namespace)).contains(CANARY).doesNotContain(WRONG);
      assertThat(real.refused()).isOne();
    }
  }

  /** The other one is of a registry that is not asked. */
  @Test
  void whoeverSharesTheSecretDoesNotPutItBack() {
    var registry = startRegistry();
    apply(namespace, registry.port(), report());
    namespace.apply(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: Registry
        metadata: {name: other}
        spec: {serverAddress: other.example.com}
        """);
    namespace.apply(CrashScenarios.source(WRONG) + "---\n" + credential(""));
    namespace.apply(Manifests.source("theirs", CANARY + "-theirs").yaml());
    namespace.apply(
        credential("other", "target: {secretName: pull}")
            .replace("name: main", "name: other")
            .replace("name: account", "name: theirs"));
    awaitVerified("pull", "False", "Refused");
    await().until(() -> content(namespace).contains("-theirs"));

    namespace.apply(credential(WITHHOLD));
    apply(namespace, registry.port(), verification("Enforce"));
    awaitReady("False", "Withheld");
    assertThat(content(namespace)).contains("-theirs").doesNotContain(WRONG);

    namespace.apply(Manifests.source("theirs", CANARY + "-theirs-rotated").yaml());
    await().until(() -> content(namespace).contains("-theirs-rotated"));
    assertThat(content(namespace)).doesNotContain(WRONG);

    namespace.deleteAndWait("RegistryCredential", "pull");
    assertThat(content(namespace)).contains("-theirs-rotated");
  }

  @Test
  void aClusterWideOneIsTakenOutOfEachCopy() {
    var registry = startRegistry();
    var name = namespace.name();
    namespace.apply(clusterRegistry(registry.port(), report()));
    namespace.apply(
        Manifests.source(name, WRONG).in(name).label("regcred.dev/source", "true").yaml());
    namespace.apply(clusterCredential(WITHHOLD));
    for (TestNamespace each : List.of(namespace, another)) {
      await().until(() -> secret(each) != null && content(each).contains(WRONG));
    }
    namespace.apply(clusterRegistry(registry.port(), verification("Enforce")));
    for (TestNamespace each : List.of(namespace, another)) {
      await().until(() -> content(each).equals(BLANK));
    }
    awaitWide("False", "Withheld");
    assertThat(registry.logins()).isOne();

    namespace.apply(
        Manifests.source(name, CANARY).in(name).label("regcred.dev/source", "true").yaml());
    awaitWide("True", "Active");
    for (TestNamespace each : List.of(namespace, another)) {
      assertThat(content(each)).contains(CANARY).doesNotContain(WRONG);
    }
  }

  /** Whether it is down, or takes for ever: nobody waits longer than half a minute. */
  @Test
  void aRegistryThatDoesNotAnswerStopsNeitherTheFirstOneNorARotation() {
    var answers = new CountDownLatch(1);
    var registry = start((_, _) -> answers.await());
    apply(namespace, registry.port(), verification("Enforce"));
    namespace.apply(CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitReady("False", "VerificationPending");
    assertThat(secret(namespace)).isNull();
    awaitReady("True", "Active");
    awaitVerified("pull", "Unknown", "Unreachable");
    answers.countDown();

    registry.close();
    namespace.apply(CrashScenarios.source(CANARY + "-rotated"));
    await().until(() -> content(namespace).contains(CANARY + "-rotated"));
  }

  private DistributionRegistry startReal() {
    return DistributionRegistry.withPasswords(
        directory, identity, RIGHT.userName(), RIGHT.password());
  }

  private String clusterRegistry(int port, String verification) {
    return """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s}
        spec:
          serverAddress: "127.0.0.1:%d"
          %s
        """
        .formatted(namespace.name(), port, verification);
  }

  private String clusterCredential(String more) {
    return Manifests.clusterCredential(namespace.name())
        .yaml()
        .replace(
            "spec:",
            "spec:\n  %s\n  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name,"
                    .formatted(more)
                + " operator: In, values: [%s, %s]}]}".formatted(namespace.name(), another.name()));
  }

  private void awaitReady(String status, String reason) {
    await()
        .untilAsserted(
            () ->
                assertThat(conditions(namespace, "pull"))
                    .anySatisfy(condition -> assertReady(condition, status, reason)));
  }

  private static void assertReady(Condition condition, String status, String reason) {
    assertThat(condition.type()).isEqualTo("Ready");
    assertThat(condition.status()).isEqualTo(status);
    assertThat(condition.reason()).isEqualTo(reason);
  }

  private void awaitWide(String status, String reason) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        conditions(
                            client
                                .resources(ClusterRegistryCredential.class)
                                .withName(namespace.name())
                                .get()))
                    .anySatisfy(condition -> assertReady(condition, status, reason)));
  }

  private @Nullable Secret secret(TestNamespace in) {
    return client.secrets().inNamespace(in.name()).withName("pull").get();
  }

  private Secret secretOf(TestNamespace in) {
    return Objects.requireNonNull(secret(in));
  }

  private String content(TestNamespace in) {
    var data = secretOf(in).getData().get(".dockerconfigjson");
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }
}
