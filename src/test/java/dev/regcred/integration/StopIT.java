package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.config;
import static dev.regcred.integration.OperatorScenario.credential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A stop in the middle of a pass. The SDK empties its caches then, and what is decided on an empty
 * cache would be wrong: that there is no Registry, or that it has no credentials.
 */
class StopIT {
  private final TestNamespace namespace = TestNamespace.create(Installation.shared().admin());
  private final CountDownLatch isHeld = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final FaultProxy proxy = proxy();
  private final RunningOperator operator = operator();

  private static FaultProxy proxy() {
    try {
      return new FaultProxy(Installation.shared().operatorConfig());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private RunningOperator operator() {
    try {
      return RunningOperator.start(
          new OperatorConfig(0, Set.of(namespace.name()), 2), proxy.config());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void applyWorkingSet() {
    namespace.apply(REGISTRY + CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitSummary("Registry/main", "Active Active");
    awaitSummary("RegistryCredential/pull", "Active Active");
  }

  @AfterEach
  void cleanUp() {
    release.countDown();
    operator.close();
    proxy.close();
    namespace.close();
  }

  @Test
  void aCredentialDoesNotLoseItsRegistryByIt() {
    hold(
        request -> request.method().equals("GET") && request.isFor("secrets/account"),
        Fault.none());
    namespace.apply(CrashScenarios.source(CANARY + "-rotated"));

    stopInTheMiddle();

    var world = World.read(namespace);
    assertThat(world.summary("RegistryCredential/pull")).isEqualTo("Active Active");
    assertThat(world.summary("Secret/pull")).isIn(config(CANARY), config(CANARY + "-rotated"));
  }

  @Test
  void aRegistryInUseIsNotLetGoByIt() {
    hold(
        request -> request.isWrite() && request.isFor("registries/main"),
        Fault.status(409, "Conflict", "the object has been modified"));
    // What is immutable can only be created anew, and the finalizer keeps it there, in use.
    namespace.patch("Secret", "pull", "{\"metadata\":{\"finalizers\":[\"test.example/hold\"]}}");
    namespace.patch("Secret", "pull", "{\"immutable\":true}");
    namespace.delete("Registry", "main");
    try {
      stopInTheMiddle();

      assertThat(World.read(namespace).summary("Secret/pull")).isEqualTo(config(CANARY));
      assertThat(World.read(namespace).objects()).containsKey("Registry/main");
    } finally {
      namespace.patch("Secret", "pull", "{\"metadata\":{\"finalizers\":null}}");
    }
  }

  /** Lets the first such request wait until the operator is being stopped. */
  private void hold(Predicate<ApiRequest> which, Fault then) {
    var isFirst = new AtomicBoolean(true);
    proxy.rule(
        request -> {
          if (!which.test(request) || !isFirst.getAndSet(false)) {
            return Fault.none();
          }
          isHeld.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return then;
        });
  }

  private void stopInTheMiddle() {
    OperatorScenario.eventually(() -> isHeld.getCount() == 0);
    var stop = Thread.ofPlatform().start(operator::close);
    // It has got as far as it gets when it waits, for nothing but the pass that is held.
    OperatorScenario.await()
        .during(Duration.ofMillis(500))
        .until(() -> stop.getState() != Thread.State.RUNNABLE);
    assertThat(stop.isAlive()).as("the stop waits for the pass").isTrue();
    release.countDown();
    OperatorScenario.eventually(() -> !stop.isAlive());
  }

  private void awaitSummary(String key, String summary) {
    OperatorScenario.await()
        .untilAsserted(() -> assertThat(World.read(namespace).summary(key)).isEqualTo(summary));
  }
}
