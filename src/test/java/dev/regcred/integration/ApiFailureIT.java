package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.config;
import static dev.regcred.integration.OperatorScenario.credential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.app.OperatorConfig;
import dev.regcred.app.RunningOperator;
import dev.regcred.integration.faults.ApiRequest;
import dev.regcred.integration.faults.Fault;
import dev.regcred.integration.faults.FaultProxy;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API server may answer, put between it and the operator: what is said of it, and done.
 */
class ApiFailureIT {
  private static final String PULL = "RegistryCredential/pull";
  private static final String ROTATED = CANARY + "-rotated";

  /** How long the operator waits for an answer here, so that silence does not cost 10 s. */
  private static final int REQUEST_TIMEOUT_MILLIS = 2_000;

  private static final Duration FIRST_DELAY = Duration.ofMillis(50);

  private final Installation installation = Installation.shared();
  private final TestNamespace namespace = TestNamespace.create(installation.admin());
  private final FaultProxy proxy;
  private final RunningOperator operator;

  /** When each request was made that a fault was meant for, in {@link System#nanoTime}. */
  private final List<Long> attempts = new CopyOnWriteArrayList<>();

  private final List<ApiRequest> statusWrites = new CopyOnWriteArrayList<>();

  ApiFailureIT() throws IOException {
    proxy = new FaultProxy(installation.operatorConfig());
    operator =
        RunningOperator.start(
            new OperatorConfig(0, Set.of(namespace.name()), 2),
            new ConfigBuilder(proxy.config()).withRequestTimeout(REQUEST_TIMEOUT_MILLIS).build());
  }

  @BeforeEach
  void applyWorkingSet() {
    namespace.apply(REGISTRY + CrashScenarios.source(CANARY) + "---\n" + credential(""));
    awaitSummary("Active Active");
  }

  @AfterEach
  void cleanUp() {
    operator.close();
    proxy.close();
    namespace.close();
  }

  static Stream<Arguments> lasting() {
    return Stream.of(
        Arguments.of("ApiError", Fault.status(500, "InternalError", "etcd has a bad day")),
        Arguments.of("ApiError", Fault.status(503, "ServiceUnavailable", "not now")),
        Arguments.of("ApiError", Fault.status(410, "Expired", "too old")),
        Arguments.of("ApiError", new Fault.Silence()),
        Arguments.of("Forbidden", Fault.status(403, "Forbidden", "secrets is forbidden: no")),
        Arguments.of(
            "QuotaExceeded",
            Fault.status(403, "Forbidden", "secrets is forbidden: exceeded quota: small")));
  }

  /** It is said, tried again with a growing delay, and over when the fault is. */
  @ParameterizedTest
  @MethodSource("lasting")
  void aFaultThatLastsIsSaidAndTriedAgainUntilItEnds(String reason, Fault fault) {
    answerWritesOfTheSecretBy(fault, Integer.MAX_VALUE);
    namespace.apply(CrashScenarios.source(ROTATED));

    awaitSummary("Active " + reason);
    OperatorScenario.eventually(() -> attempts.size() >= 4);
    assertThat(secret()).as("the last good entry").isEqualTo(config(CANARY));
    assertThat((double) attempts.size())
        .as("attempts in %s", between(attempts.getFirst(), System.nanoTime()))
        .isLessThanOrEqualTo(mostAttempts(between(attempts.getFirst(), System.nanoTime())));

    proxy.rule(_ -> Fault.none());
    awaitSummary("Active Active");
    assertThat(secret()).isEqualTo(config(ROTATED));
  }

  /** With a delay that doubles, so many fit into a time; two more for what else may trigger one. */
  private static double mostAttempts(Duration time) {
    return 3 + Math.log(1 + (double) time.toMillis() / FIRST_DELAY.toMillis()) / Math.log(2);
  }

  @Test
  void aConflictIsPlannedAgainAndNotSaid() {
    answerWritesOfTheSecretBy(Fault.status(409, "Conflict", "the object has been modified"), 3);
    namespace.apply(CrashScenarios.source(ROTATED));

    awaitSecret(config(ROTATED));
    assertThat(attempts).hasSize(4);
    assertThat(statusWrites).isEmpty();
  }

  @Test
  void anAnswerThatIsLostIsNotMissed() {
    answerWritesOfTheSecretBy(new Fault.AnswerLost(), 1);
    namespace.apply(CrashScenarios.source(ROTATED));

    awaitSecret(config(ROTATED));
    awaitSummary("Active Active");
  }

  @Test
  void whatTheServerAsksToWaitIsWaited() {
    var asked = Duration.ofSeconds(2);
    answerWritesOfTheSecretBy(Fault.tooManyRequests((int) asked.toSeconds()), 1);
    namespace.apply(CrashScenarios.source(ROTATED));

    awaitSummary("Active ApiError");
    // Also something that would be looked at at once otherwise.
    namespace.apply(CrashScenarios.source(ROTATED + "-again"));
    awaitSecret(config(ROTATED + "-again"));
    assertThat(between(attempts.get(0), attempts.get(1))).isGreaterThanOrEqualTo(asked);
    awaitSummary("Active Active");
  }

  @Test
  void inANamespaceThatGoesNothingIsSaid() {
    answerWritesOfTheSecretBy(
        Fault.status(
            403,
            "Forbidden",
            "unable to create new content because it is being terminated",
            "{\"causes\": [{\"reason\": \"NamespaceTerminating\"}]}"),
        1);
    namespace.apply(CrashScenarios.source(ROTATED));
    OperatorScenario.eventually(() -> attempts.size() == 1);

    // The next try of its own comes after a minute; a change is looked at all the same.
    namespace.apply(CrashScenarios.source(ROTATED + "-again"));
    awaitSecret(config(ROTATED + "-again"));
    assertThat(statusWrites).isEmpty();
  }

  /** The API server gives the 410 itself: it is asked for a version that it no longer has. */
  @Test
  void aWatchThatIsTooFarBehindListsAnew() {
    var isBehind = new AtomicBoolean();
    proxy.rule(
        request ->
            request.isWatch() && request.isFor("secrets") && !isBehind.getAndSet(true)
                ? new Fault.Instead(
                    request.path().replaceAll("resourceVersion=\\d+", "resourceVersion=1"))
                : Fault.none());
    proxy.cutConnections();
    OperatorScenario.eventually(isBehind::get);

    namespace.apply(CrashScenarios.source(ROTATED));
    awaitSecret(config(ROTATED));
  }

  @Test
  void oneThatCannotBeWrittenDelaysNoOther() {
    proxy.rule(
        request ->
            request.isWrite()
                    && (request.isFor("secrets/pull") || request.isFor("registrycredentials/pull"))
                ? Fault.status(500, "InternalError", "poisoned")
                : Fault.none());
    namespace.apply(CrashScenarios.source(ROTATED));
    for (String name : List.of("one", "two", "three")) {
      namespace.apply(credential(name, ""));
    }

    for (String name : List.of("one", "two", "three")) {
      OperatorScenario.await()
          .untilAsserted(
              () ->
                  assertThat(World.read(namespace).summary("Secret/" + name))
                      .isEqualTo(config(ROTATED)));
    }
    assertThat(secret()).isEqualTo(config(CANARY));
    proxy.rule(_ -> Fault.none());
    awaitSecret(config(ROTATED));
  }

  /** The first so many; all requests for it are counted. */
  private void answerWritesOfTheSecretBy(Fault fault, int times) {
    proxy.rule(
        request -> {
          if (request.isWrite() && request.isFor("registrycredentials/pull/status")) {
            statusWrites.add(request);
          }
          if (!request.isWrite() || !request.isFor("secrets/pull")) {
            return Fault.none();
          }
          attempts.add(System.nanoTime());
          return attempts.size() <= times ? fault : Fault.none();
        });
  }

  private static Duration between(long start, long end) {
    return Duration.ofNanos(end - start);
  }

  private String secret() {
    return World.read(namespace).summary("Secret/pull");
  }

  private void awaitSecret(String content) {
    OperatorScenario.await().untilAsserted(() -> assertThat(secret()).isEqualTo(content));
  }

  private void awaitSummary(String summary) {
    OperatorScenario.await()
        .untilAsserted(() -> assertThat(World.read(namespace).summary(PULL)).isEqualTo(summary));
  }
}
