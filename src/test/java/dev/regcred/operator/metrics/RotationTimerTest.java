package dev.regcred.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.plan.Action;
import dev.regcred.plan.CountedAs;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RotationTimerTest {
  private static final Action PATCH =
      new Action.WriteSecret(new SecretWrite.Patch("pull", Map.of(), false));
  private static final Outcome DONE = new Outcome.Done();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KubernetesClient client = OfflineClient.create();
  private final RegistryCredential credential = credential();
  private boolean leads = true;
  private final RotationTimer rotations =
      new RotationTimer(new OperatorMetrics(registry), () -> leads);

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void fromTheChangeOfASourceToTheWriteIsOneRotation() {
    rotations.begin("password", List.of(credential));
    rotations.begin("password", List.of(credential));
    assertThat(measured()).isZero();
    executed(PATCH, DONE);
    assertThat(measured()).isEqualTo(1);
    assertThat(registry.get("regcred.rotation.delay").timer().totalTime(TimeUnit.MINUTES))
        .isBetween(0.0, 1.0);
    executed(PATCH, DONE);
    assertThat(measured()).as("no source has changed since").isEqualTo(1);
  }

  @Test
  void theUserNameIsASourceTooAndAnotherSecretIsNone() {
    rotations.begin("user", List.of(credential));
    executed(PATCH, DONE);
    assertThat(measured()).isEqualTo(1);
    rotations.begin("pull", List.of(credential));
    executed(PATCH, DONE);
    assertThat(measured()).isEqualTo(1);
  }

  @Test
  void aChangeThatChangesNothingOfThePullSecretIsNotMeasuredLater() {
    rotations.begin("password", List.of(credential));
    executed(new Action.AddFinalizer(), DONE);
    executed(PATCH, DONE);
    assertThat(measured()).isZero();
  }

  @Test
  void aFailedWriteIsMeasuredWhenItHasSucceeded() {
    rotations.begin("password", List.of(credential));
    executed(PATCH, new Outcome.Failed(PATCH, new Failure(Failure.Kind.QUOTA, "No room.", null)));
    assertThat(measured()).isZero();
    executed(PATCH, DONE);
    assertThat(measured()).isEqualTo(1);
  }

  /** Else one that is created under the name later would seem to rotate for as long. */
  @Test
  void oneThatIsGoneRotatesNoMore() {
    rotations.begin("password", List.of(credential));
    executed(PATCH, new Outcome.Failed(PATCH, new Failure(Failure.Kind.QUOTA, "No room.", null)));
    rotations.forget(credential);
    executed(PATCH, DONE);
    assertThat(measured()).isZero();
  }

  @Test
  void inManyNamespacesItIsOneRotation() {
    rotations.begin("password", List.of(credential));
    executed(
        new Action.InNamespaces(
            List.of(
                new Action.NamespaceBatch("a", CountedAs.SYNCED, List.of(PATCH)),
                new Action.NamespaceBatch("b", CountedAs.SYNCED, List.of(PATCH)))),
        DONE);
    assertThat(measured()).isEqualTo(1);
  }

  /** Else it would be measured as a rotation of hours, once the namespace is well again. */
  @Test
  void aNamespaceThatFailsIsNotWaitedFor() {
    rotations.begin("password", List.of(credential));
    executed(PATCH, new Outcome.Partial(List.of(), Instant.MAX));
    assertThat(measured()).isEqualTo(1);
    executed(PATCH, DONE);
    assertThat(measured()).as("it was over").isEqualTo(1);
  }

  @Test
  void oneThatGoesOnInAnotherRoundIsNotOver() {
    rotations.begin("password", List.of(credential));
    executed(PATCH, DONE, new Plan.Next.AtOnce());
    assertThat(measured()).isZero();
    executed(PATCH, DONE);
    assertThat(measured()).isEqualTo(1);
  }

  @Test
  void whoeverStandsByMeasuresNothing() {
    leads = false;
    rotations.begin("password", List.of(credential));
    leads = true;
    executed(PATCH, DONE);
    assertThat(measured()).isZero();
  }

  @Test
  void oneWhoseSpecCantBeReadHasNoSource() {
    rotations.begin("password", List.of(new RegistryCredential()));
    assertThat(measured()).isZero();
  }

  private void executed(Action action, Outcome outcome) {
    executed(action, outcome, new Plan.Next.Settled());
  }

  private void executed(Action action, Outcome outcome, Plan.Next next) {
    rotations.end(
        credential,
        new Plan(
            List.of(action),
            Plan.Progress.none(LifecycleState.ACTIVE),
            Readiness.ready(Reason.ACTIVE, "It is there."),
            Plan.PublishedTarget.none(),
            next),
        outcome);
  }

  private long measured() {
    return registry.get("regcred.rotation.delay").timer().count();
  }

  private RegistryCredential credential() {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"pull"},
             "spec":{"registryRef":{"name":"main"},"email":"team@example.com",
               "publicValueFrom":{"secretKeyRef":{"name":"user","key":"name"}},
               "secretValueFrom":{"secretKeyRef":{"name":"password","key":"password"}}}}
            """,
            RegistryCredential.class);
  }
}
