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
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

  /** So many attempts that the longest pause between two shows whether the delay grows. */
  private static final int MANY = 6;

  /** Less than the delay before the last of them: something else may trigger some of them. */
  private static final Duration GROWN_DELAY = FIRST_DELAY.multipliedBy(4);

  private final Installation installation = Installation.shared();
  private final TestNamespace namespace = TestNamespace.create(installation.admin());
  private final FaultProxy proxy;
  private RunningOperator operator;

  /** When each request was made that a fault was meant for, in {@link System#nanoTime}. */
  private final List<Long> attempts = new CopyOnWriteArrayList<>();

  private final List<ApiRequest> statusWrites = new CopyOnWriteArrayList<>();

  ApiFailureIT() throws IOException {
    proxy = new FaultProxy(installation.operatorConfig());
    operator = start();
  }

  private RunningOperator start() throws IOException {
    return RunningOperator.start(
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
        Arguments.of("ApiError", Fault.status(500, "InternalError", "etcd has a bad day"), MANY),
        Arguments.of("ApiError", Fault.status(503, "ServiceUnavailable", "not now"), MANY),
        Arguments.of("ApiError", Fault.status(410, "Expired", "too old"), MANY),
        // Each takes as long as is waited for an answer, which is most of the time.
        Arguments.of("ApiError", new Fault.Silence(), 3),
        Arguments.of("Forbidden", Fault.status(403, "Forbidden", "secrets is forbidden: no"), MANY),
        Arguments.of(
            "QuotaExceeded",
            Fault.status(403, "Forbidden", "secrets is forbidden: exceeded quota: small"),
            MANY));
  }

  /** It is said, tried again with a growing delay, and over when the fault is. */
  @ParameterizedTest
  @MethodSource("lasting")
  void aFaultThatLastsIsSaidAndTriedAgainUntilItEnds(String reason, Fault fault, int awaited) {
    answerWritesOfTheSecretBy(fault, Integer.MAX_VALUE);
    namespace.apply(CrashScenarios.source(ROTATED));

    awaitSummary("Active " + reason);
    OperatorScenario.eventually(() -> attempts.size() >= awaited);
    assertThat(secret()).as("the last good entry").isEqualTo(config(CANARY));
    assertThat((double) attempts.size())
        .as("attempts in %s", between(attempts.getFirst(), System.nanoTime()))
        .isLessThanOrEqualTo(mostAttempts(between(attempts.getFirst(), System.nanoTime())));
    assertThat(longestPause()).as("the delay has grown").isGreaterThan(GROWN_DELAY);

    proxy.rule(_ -> Fault.none());
    awaitSummary("Active Active");
    assertThat(secret()).isEqualTo(config(ROTATED));
  }

  private Duration longestPause() {
    return IntStream.range(1, attempts.size())
        .mapToObj(i -> between(attempts.get(i - 1), attempts.get(i)))
        .max(Comparator.naturalOrder())
        .orElseThrow();
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

  /** However it is tried again, it is done once: by a look at what is stored. */
  @Test
  void anAnswerThatIsLostIsNotMissed() {
    var answered = new CopyOnWriteArrayList<String>();
    answerWritesOfTheSecretBy(new Fault.AnswerLost(), 1);
    proxy.onAnswer(
        (request, code) -> {
          if (request.isFor("secrets/pull") && !attempts.isEmpty()) {
            answered.add(request.method() + " " + code);
          }
        });
    namespace.apply(CrashScenarios.source(ROTATED));

    OperatorScenario.eventually(() -> answered.contains("GET 200"));
    awaitSummary("Active Active");
    assertThat(secret()).isEqualTo(config(ROTATED));
    assertThat(answered).as("what the API server did, the lost one first").startsWith("PATCH 200");
    assertThat(answered).as("writes that it carried out").containsOnlyOnce("PATCH 200");
  }

  static Stream<Arguments> adoptions() {
    return Stream.of(
        Arguments.of("the answer to the write of the Secret is lost", "secrets/theirs", true),
        Arguments.of("the write of the ServiceAccount fails", "serviceaccounts/runner", false));
  }

  /**
   * It is told once that a Secret of somebody was taken over.
   *
   * @param resource what is written with a fault, once
   * @param isCarriedOut whether the API server has done it all the same
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void adoptions(String fault, String resource, boolean isCarriedOut) {
    proxy.rule(
        request -> {
          if (!request.method().equals("PATCH") || !request.isFor(resource)) {
            return Fault.none();
          }
          attempts.add(System.nanoTime());
          return attempts.size() > 1
              ? Fault.none()
              : isCarriedOut ? new Fault.AnswerLost() : Fault.status(500, "InternalError", "no");
        });
    namespace.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: runner}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: theirs, annotations: {regcred.dev/adopt: RegistryCredential/taker}}
        type: kubernetes.io/dockerconfigjson
        stringData: {.dockerconfigjson: '{"auths":{"theirs.example.com":{"auth":"YTpi"}}}'}
        ---
        """
            + credential("taker", "target: {secretName: theirs}\nserviceAccounts: [runner]\n"));

    OperatorScenario.await()
        .untilAsserted(
            () ->
                assertThat(World.read(namespace).summary("RegistryCredential/taker"))
                    .isEqualTo("Active Active"));
    OperatorScenario.eventually(() -> !told().isEmpty());
    operator.close();
    assertThat(attempts).as(fault).isNotEmpty();
    assertThat(told())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getNote()).contains("Secret theirs, which was handed over");
              assertThat(event.getSeries()).isNull();
            });
  }

  private List<Event> told() {
    return installation
        .admin()
        .resources(Event.class)
        .inNamespace(namespace.name())
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getReason().equals("Adopted"))
        .toList();
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

  /** What happens while it has no watch is seen by a new list, and by nothing else. */
  @Test
  void aWatchThatIsTooFarBehindListsAnew() {
    var seen = new CopyOnWriteArrayList<String>();
    proxy.rule(
        request -> {
          if (!isAboutAllSecrets(request)) {
            return Fault.none();
          }
          var isExpired = request.isWatch() && !seen.contains("list");
          if (seen.isEmpty()) {
            namespace.apply(CrashScenarios.source(ROTATED));
          }
          seen.add(isExpired ? "410" : request.isWatch() ? "watch" : "list");
          return isExpired ? Fault.expired() : Fault.none();
        });
    proxy.cutConnections();

    awaitSecret(config(ROTATED));
    // More lists may follow: of a watch that meets a connection which is just being cut, and that
    // by which the operator asks whether the store was put back.
    OperatorScenario.eventually(() -> seen.contains("watch"));
    assertThat(seen).startsWith("410", "list").containsOnlyOnce("410");
    OperatorScenario.eventually(operator::isReady);
    namespace.apply(CrashScenarios.source(ROTATED + "-again"));
    awaitSecret(config(ROTATED + "-again"));
  }

  static Stream<Fault> refusals() {
    return Stream.of(
        // No API server says so that a version is too old, but what stands before it may.
        Fault.status(410, "Expired", "not now"),
        Fault.status(503, "ServiceUnavailable", "not now"));
  }

  /** It is not ready meanwhile, and goes on where it was. */
  @ParameterizedTest
  @MethodSource("refusals")
  void aWatchThatIsRefusedIsAskedForAgain(Fault refusal) {
    var refused = new AtomicInteger();
    proxy.rule(
        request -> {
          if (!isAboutAllSecrets(request)) {
            return Fault.none();
          }
          refused.incrementAndGet();
          return refusal;
        });
    proxy.cutConnections();
    OperatorScenario.eventually(() -> refused.get() > 0);
    namespace.apply(CrashScenarios.source(ROTATED));
    assertThat(operator.isReady()).as("ready without a watch of Secrets").isFalse();

    proxy.rule(_ -> Fault.none());
    awaitSecret(config(ROTATED));
    OperatorScenario.eventually(operator::isReady);
  }

  static Stream<Fault> unavailable() {
    return Stream.of(
        Fault.status(503, "ServiceUnavailable", "not now"),
        Fault.page(503),
        new Fault.ConnectionLost());
  }

  /** Of a watch by plain HTTP nobody would know whether it is alive, until something changes. */
  @ParameterizedTest
  @MethodSource("unavailable")
  void afterAListItsWatchIsAskedForByWebSocketUntilItIsThere(Fault refusal) {
    var watches = new CopyOnWriteArrayList<Boolean>();
    proxy.rule(
        request -> {
          if (!isAboutAllSecrets(request) || !request.isWatch()) {
            return Fault.none();
          }
          watches.add(request.isWebSocket());
          return watches.size() == 1 ? Fault.expired() : refusal;
        });
    proxy.cutConnections();
    OperatorScenario.eventually(() -> watches.size() > 3);
    assertThat(watches).as("asked for by WebSocket").doesNotContain(false);

    proxy.rule(_ -> Fault.none());
    namespace.apply(CrashScenarios.source(ROTATED));
    awaitSecret(config(ROTATED));
    OperatorScenario.eventually(operator::isReady);
  }

  static Stream<Fault> refusalsAtTheStart() {
    return Stream.concat(
        Stream.concat(refusals(), unavailable()),
        Stream.of(Fault.status(403, "Forbidden", "not yet"), Fault.tooManyRequests(1)));
  }

  /** The list before it has come already, so that nothing but the watch of each kind is missing. */
  @ParameterizedTest
  @MethodSource("refusalsAtTheStart")
  void aFirstWatchThatIsRefusedIsAskedForAgain(Fault refusal) throws IOException {
    operator.close();
    var refused = ConcurrentHashMap.newKeySet();
    proxy.rule(
        request ->
            request.isWatch() && refused.add(request.attributes().orElseThrow().getResource())
                ? refusal
                : Fault.none());
    operator = start();
    assertThat(refused).hasSizeGreaterThanOrEqualTo(4);
    OperatorScenario.eventually(operator::isReady);
    namespace.apply(CrashScenarios.source(ROTATED));
    awaitSecret(config(ROTATED));
  }

  private static boolean isAboutAllSecrets(ApiRequest request) {
    return request.method().equals("GET")
        && request
            .attributes()
            .filter(about -> about.getResource().equals("secrets") && about.getName().isEmpty())
            .isPresent();
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
          if (!isWriteOfTheSecret(request)) {
            return Fault.none();
          }
          attempts.add(System.nanoTime());
          return attempts.size() <= times ? fault : Fault.none();
        });
  }

  private static boolean isWriteOfTheSecret(ApiRequest request) {
    return request.isWrite() && request.isFor("secrets/pull");
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
