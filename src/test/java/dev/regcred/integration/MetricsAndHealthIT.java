package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.LogCapture;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a probe and a dashboard get to see. */
class MetricsAndHealthIT extends OperatorScenario {
  private static final List<String> NAMES = List.of("observed-1", "observed-2", "observed-3");

  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void closeHttpClient() {
    http.close();
  }

  @Test
  void theMetersSayWhatThereIsAndNameNoResource() {
    applySource(CANARY);
    applied(Manifests.registry("main"));
    NAMES.forEach(name -> applied(Manifests.credential(name)));
    NAMES.forEach(name -> awaitState(name, "Active", "Active"));

    await()
        .untilAsserted(
            () ->
                assertThat(meter("regcred_credentials{state=\"Active\"}"))
                    .isEqualTo(activeCredentials()));
    assertThat(activeCredentials()).isGreaterThanOrEqualTo(NAMES.size());
    assertThat(
            meter(
                "regcred_transitions_total{kind=\"RegistryCredential\",process=\"Activate\","
                    + "result=\"success\"}"))
        .isEqualTo(NAMES.size());
    assertThat(
            meter(
                "regcred_transitions_total{kind=\"Registry\",process=\"Activate\","
                    + "result=\"success\"}"))
        .isEqualTo(1);
    assertThat(meter("regcred_reconcile_seconds_count{kind=\"RegistryCredential\"}"))
        .isGreaterThanOrEqualTo(NAMES.size());
    assertThat(meter("regcred_rotation_delay_seconds_count")).isZero();

    applySource(CANARY + "-rotated");

    await()
        .untilAsserted(
            () ->
                assertThat(meter("regcred_rotation_delay_seconds_count")).isEqualTo(NAMES.size()));
    assertThat(meter("regcred_rotation_delay_seconds_sum")).isPositive();
    assertThat(get("/metrics").body())
        .doesNotContain(namespace, "observed", "account", "registry.example.com", CANARY);
  }

  @Test
  void theStatesOfCredentialsAreCountedAsTheyChange() {
    activeWorkingSet();
    var inactive = meter("regcred_credentials{state=\"Inactive\"}");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    await()
        .untilAsserted(
            () ->
                assertThat(meter("regcred_credentials{state=\"Inactive\"}"))
                    .isEqualTo(inactive + 1));
    await()
        .untilAsserted(
            () ->
                assertThat(meter("regcred_credentials{state=\"Active\"}"))
                    .isEqualTo(activeCredentials()));
  }

  @Test
  void anOperatorThatHasStartedIsAliveAndReady() {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(get("/readyz").statusCode()).isEqualTo(200));
    assertThat(get("/metrics").headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/nothing", "/metricsandmore", "/healthz/more", "/readyz/"})
  void anythingElseIsNotFound(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void anOperatorThatHearsNothingIsNotReadyUntilItDoes() throws IOException {
    activeWorkingSet();
    stopOperator();
    try (var connection = new BreakableConnection(installation.operatorConfig())) {
      connection.mend();
      try (var operator =
          RunningOperator.start(new OperatorConfig(0, Set.of(), 8), connection.config())) {
        var port = operator.httpPort();
        await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));

        connection.cut();

        await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(503));
        assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);
        applySource(CANARY + "-rotated");
        assertThat(content("pull")).isEqualTo(config(CANARY));
        connection.mend();
        awaitPullSecret(config(CANARY + "-rotated"));
        await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));
      }
    }
  }

  /**
   * What stands between forwards nothing any more and closes nothing, as a firewall does that has
   * forgotten a connection.
   */
  @Test
  void connectionsThatDieWithoutACloseAreNoticedAndReplaced() throws IOException {
    activeWorkingSet();
    stopOperator();
    try (var connection = new BreakableConnection(installation.operatorConfig());
        var log = LogCapture.begin()) {
      connection.mend();
      try (var operator =
          RunningOperator.start(new OperatorConfig(0, Set.of(), 8), connection.config())) {
        var port = operator.httpPort();
        await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));

        connection.stall();
        var stalled = System.nanoTime();
        try {
          await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(503));
          var noticed = System.nanoTime();
          assertThat(get(port, "/readyz").body())
              .containsAnyOf("the API server does not answer", "a watch is dead");
          await().untilAsserted(() -> assertThat(log.text()).contains("Not ready: "));
          await()
              .untilAsserted(
                  () ->
                      assertThat(get(port, "/readyz").body())
                          .contains("registrycredential/secrets"));
          applySource(CANARY + "-rotated");
          System.out.printf(
              "stalled: noticed after %s ms, all watches dead after %s ms%n",
              millis(stalled, noticed), millis(stalled, System.nanoTime()));
        } finally {
          connection.resume();
        }
        var resumed = System.nanoTime();
        awaitPullSecret(config(CANARY + "-rotated"));
        await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));
        System.out.printf("resumed: ready after %s ms%n", millis(resumed, System.nanoTime()));
        await().untilAsserted(() -> assertThat(log.text()).contains("Ready again"));
      }
    }
  }

  @Test
  void anOperatorThatIsThereBeforeTheApiServerIsReadyLater() throws IOException {
    stopOperator();
    applyWorkingSet();
    try (var connection = new BreakableConnection(installation.operatorConfig());
        var log = LogCapture.begin()) {
      var starting =
          CompletableFuture.supplyAsync(() -> started(connection), Thread::startVirtualThread);
      var port =
          await()
              .until(() -> OperatorProcess.httpPortIn(log.text()), OptionalInt::isPresent)
              .getAsInt();
      assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(port, "/readyz").statusCode()).isEqualTo(503);

      connection.mend();

      awaitState("pull", "Active", "Active");
      await().untilAsserted(() -> assertThat(get(port, "/readyz").statusCode()).isEqualTo(200));
      starting.join().close();
    }
  }

  private static long millis(long from, long to) {
    return (to - from) / 1_000_000;
  }

  private static RunningOperator started(BreakableConnection connection) {
    try {
      return RunningOperator.start(new OperatorConfig(0, Set.of(), 8), connection.config());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private double activeCredentials() {
    return (double)
        client.resources(RegistryCredential.class).inAnyNamespace().list().getItems().stream()
            .filter(
                credential ->
                    credential.getStatus() != null
                        && credential.getStatus().state() == LifecycleState.ACTIVE)
            .count();
  }

  /** The value of a series, given by its name and labels; zero where there is none. */
  private double meter(String series) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  private HttpResponse<String> get(String path) {
    return get(operator().httpPort(), path);
  }

  private HttpResponse<String> get(int port, String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
