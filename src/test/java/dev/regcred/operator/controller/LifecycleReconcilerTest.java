package dev.regcred.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.execute.PlanExecutor;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.execute.PodEvictions;
import dev.regcred.operator.kinds.BoundedMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.memory.Memory;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.observe.StateObserver;
import dev.regcred.operator.observe.StuckPodLooks;
import dev.regcred.operator.queue.RetryLaterException;
import dev.regcred.operator.verify.AccountChecks;
import dev.regcred.operator.verify.Verifications;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.operator.watch.EventSources;
import dev.regcred.operator.watch.RecentWrites;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.credential.Admission;
import dev.regcred.status.StatusFactory;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How often it is tried, what is written, and when it is tried again: counted where the requests
 * arrive. Every write but that of a status gets one and the same answer.
 */
class LifecycleReconcilerTest {
  private static final String CONFLICT =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409}
      """;
  private static final String NOT_FOUND =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}
      """;
  private static final String TERMINATING =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
       "details":{"causes":[{"reason":"NamespaceTerminating"}]}}
      """;

  private static final Duration RESYNC = Duration.ofHours(4);

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> versions = new CopyOnWriteArrayList<>();
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client = KubernetesClients.create(config());
  private int code = 409;
  private String body = CONFLICT;
  private @Nullable String retryAfter;
  private int attempts;
  private int notLookedAt;
  private Supplier<Plan> plan = () -> plan(List.of(new Action.AddFinalizer()));

  private final ReconcilerServices services = pipeline();

  private final LifecycleReconciler<Registry, RegistryStatus> reconciler =
      new LifecycleReconciler<>(
          Registry.class,
          Registry::new,
          (_, queue) -> {
            queue.onPass(_ -> requests.add("begins"));
            return new EventSources.OfKind<>(List.of(), new RecentWrites<>(true));
          },
          services) {
        @Override
        Function<Registry, Execution<Registry>> passes() {
          return registry -> {
            requests.add("plan");
            versions.add(registry.getMetadata().getResourceVersion());
            return services.executor().execute(registry, plan.get());
          };
        }

        @Override
        void notLookedAt(Registry registry) {
          notLookedAt++;
        }

        @Override
        RegistryStatus status(Registry resource, Plan plan, Outcome outcome) {
          return StatusFactory.registry(
              resource.getStatus(), null, 1, plan, outcome, Instant.parse("2026-03-01T12:00:00Z"));
        }
      };

  private ReconcilerServices pipeline() {
    var clock = Clock.systemUTC();
    var cache = unused(ClusterView.class);
    var memory = Memory.empty(clock, _ -> {});
    return new ReconcilerServices(
        new StateObserver(
            new ObjectRequests(client),
            cache,
            memory,
            4,
            "sources",
            clock,
            (_, _, _) -> Admission.PUBLISH),
        new StuckPodLooks(client, _ -> false, clock),
        new PlanExecutor(
            new ObjectRequests(client),
            cache,
            memory,
            4,
            Leadership.undisputed(),
            (_, _) -> {},
            new PodEvictions(client, _ -> {})),
        memory.drift(),
        new OperatorMetrics(new SimpleMeterRegistry()),
        null,
        new AccountChecks(
            new Verifications<>(
                _ -> {
                  throw new AssertionError("nobody is asked");
                },
                clock,
                _ -> "team",
                (_, check) -> check.run(),
                _ -> {},
                Set::of),
            Map::of),
        Leadership.undisputed(),
        clock,
        RESYNC);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void aConflictIsPlannedAgainAtOnceFiveTimesOnANewerVersionAndNotSaid() {
    var thrown = failedPass();
    assertThat(requests)
        .containsExactly(
            "plan", "PATCH", "GET", "plan", "PATCH", "GET", "plan", "PATCH", "GET", "plan", "PATCH",
            "GET", "plan", "PATCH", "GET", "plan", "PATCH");
    assertThat(thrown.delay()).as("by the growing delay").isNull();
    assertThat(reconciler.updateErrorStatus(registry(), context(), thrown))
        .matches(control -> control.isDefaultErrorProcessing());
  }

  @Test
  void aConflictThatLastsIsSaidInTheEnd() {
    attempts = 7;
    failedPass();
    assertThat(requests).doesNotContain("PUT");
    attempts = 8;
    failedPass();
    assertThat(requests).endsWith("PATCH", "PUT");
  }

  @Test
  void whatTheServerAsksForIsWaitedForWhateverHappensMeanwhile() {
    code = 429;
    body = "Too many requests, please try again later.";
    retryAfter = "2";
    var thrown = failedPass();
    assertThat(requests).containsExactly("plan", "PATCH", "PUT");
    assertThat(thrown.delay()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    var control = reconciler.updateErrorStatus(registry(), context(), thrown);
    assertThat(control.isNoRetry()).isTrue();
    assertThat(control.getScheduleDelay().orElseThrow()).isGreaterThanOrEqualTo(2_000);

    var meanwhile = reconciler.reconcile(registry(), context());

    assertThat(requests).as("nothing more").hasSize(3);
    assertThat(meanwhile.isNoUpdate()).isTrue();
    assertThat(meanwhile.getScheduleDelay().orElseThrow()).isBetween(1_000L, 2_001L);
  }

  @Test
  void inANamespaceThatGoesNoStatusIsWrittenAndItIsTriedSlowly() {
    code = 403;
    body = TERMINATING;
    var thrown = failedPass();
    assertThat(requests).containsExactly("plan", "PATCH");
    assertThat(thrown.delay()).isEqualTo(Duration.ofMinutes(1));
    requests.clear();
    failedPass();
    assertThat(requests).as("its deletion would not have to wait").isNotEmpty();
  }

  /** Whoever waits for it would wait in vain. */
  @Test
  void oneThatCanNotBeLookedAtIsTold() {
    failedPass();
    assertThat(notLookedAt).isEqualTo(1);
    plan =
        () -> {
          throw new KubernetesClientException("no", 403, null);
        };
    failedPass();
    assertThat(notLookedAt).isEqualTo(2);
    var overfull = registry();
    overfull
        .getMetadata()
        .setFinalizers(
            Collections.nCopies(BoundedMetadata.MAX_FINALIZERS + 1, "example.com/finalizer"));
    reconciler.reconcile(overfull, context());
    assertThat(notLookedAt).isEqualTo(3);
    plan = () -> plan(List.of());
    reconciler.reconcile(registry(), context());
    assertThat(notLookedAt).isEqualTo(3);
  }

  @Test
  void aReadThatFailsIsSaid() {
    plan =
        () -> {
          throw new KubernetesClientException("no", 403, null);
        };
    var thrown = failedPass();
    assertThat(requests).containsExactly("plan", "PUT");
    assertThat(thrown)
        .hasMessageStartingWith("Could not read what it depends on: it is forbidden. Give");
    assertThat(thrown.delay()).isNull();
  }

  @Test
  void aPassThatOnlyRecordedSomethingIsFollowedByAnother() {
    var passes = List.of(new Plan.Next.AtOnce(), new Plan.Next.Settled()).iterator();
    plan = () -> plan(List.of(), passes.next());
    reconciler.reconcile(registry(), context());
    assertThat(requests).containsExactly("plan", "PUT", "plan");
  }

  /** The watch may bring it only after another event has begun the next pass. */
  @Test
  void aPassPlansForWhatTheOneBeforeItHasWritten() {
    plan = () -> plan(List.of());
    reconciler.prepareEventSources(sourcesWith(Optional.of(registry())));
    reconciler.reconcile(registry(), context());
    reconciler.reconcile(registry(), context());
    assertThat(requests)
        .as("that one begins is said before it looks at anything")
        .containsExactly("begins", "plan", "PUT", "begins", "plan");
    assertThat(versions).containsExactly("1", "2");
  }

  /** Each at another time, but none later than that. */
  @Test
  void whatIsSettledIsLookedAtAgainAllTheSame() {
    plan = () -> plan(List.of(), new Plan.Next.Settled());
    var delays =
        Stream.generate(() -> reconciler.reconcile(registry(), context()).getScheduleDelay())
            .limit(50)
            .map(Optional::orElseThrow)
            .toList();
    assertThat(delays)
        .allSatisfy(
            delay -> assertThat(delay).isBetween(RESYNC.toMillis() * 9 / 10, RESYNC.toMillis()));
    assertThat(Set.copyOf(delays)).hasSizeGreaterThan(40);

    plan =
        () ->
            plan(
                List.of(),
                new Plan.Next.Settled(Requeue.at(Instant.now().plus(RESYNC.multipliedBy(9)))));
    assertThat(reconciler.reconcile(registry(), context()).getScheduleDelay().orElseThrow())
        .isLessThanOrEqualTo(RESYNC.toMillis());
  }

  /** An event of its pull Secret may come before that of its own deletion. */
  @Test
  void whatWasLetGoIsNotWithdrawnAgainBeforeTheWatchBringsItsDeletion() {
    code = 404;
    body = NOT_FOUND;
    plan = () -> plan(List.of(new Action.RemoveFinalizer()), new Plan.Next.Gone());
    reconciler.reconcile(deleted("1"), context());
    reconciler.reconcile(deleted("1"), context());
    assertThat(requests).containsExactly("plan", "PATCH");

    reconciler.reconcile(deleted("2"), context());
    assertThat(requests)
        .as("of another version, which other people's finalizers have kept")
        .containsExactly("plan", "PATCH", "plan", "PATCH");
  }

  /** Its credentials go first, and then it is looked at in the same version. */
  @Test
  void whatGoesWithItsNamespaceIsLookedAtUntilItIsLetGo() {
    plan = () -> plan(List.of(), new Plan.Next.GoneWithNamespace());
    reconciler.reconcile(deleted("1"), context());
    reconciler.reconcile(deleted("1"), context());
    assertThat(requests).containsExactly("plan", "plan");
  }

  private static Registry deleted(String version) {
    var registry = registry();
    registry.getMetadata().setResourceVersion(version);
    registry.getMetadata().setDeletionTimestamp("2026-03-01T12:00:00Z");
    registry.getMetadata().setFinalizers(List.of(Labels.FINALIZER));
    return registry;
  }

  /** The SDK would forget the deletion if it tried the pass again that failed before it. */
  @Test
  void aPassThatFailsForAResourceThatIsGoneMeanwhileIsNotTriedAgain() {
    reconciler.prepareEventSources(sourcesWith(Optional.of(registry())));
    code = 500;
    var thrown = failedPass();
    assertThat(reconciler.updateErrorStatus(registry(), context(), thrown).isNoRetry())
        .as("while it is there")
        .isFalse();

    reconciler.prepareEventSources(sourcesWith(Optional.empty()));

    assertThat(reconciler.updateErrorStatus(registry(), context(), thrown).isNoRetry())
        .as("when it is gone")
        .isTrue();
  }

  @SuppressWarnings("unchecked")
  private EventSourceContext<Registry> sourcesWith(Optional<Registry> known) {
    var cache =
        Proxy.newProxyInstance(
            IndexerResourceCache.class.getClassLoader(),
            new Class<?>[] {IndexerResourceCache.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "get" -> known;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    return new EventSourceContext<>(
        (IndexerResourceCache<Registry>) cache,
        unused(ControllerConfiguration.class),
        client,
        Registry.class);
  }

  private RetryLaterException failedPass() {
    return catchThrowableOfType(
        RetryLaterException.class, () -> reconciler.reconcile(registry(), context()));
  }

  private static Plan plan(List<Action> actions) {
    return plan(actions, new Plan.Next.Settled());
  }

  private static Plan plan(List<Action> actions, Plan.Next next) {
    return new Plan(
        actions,
        Plan.Progress.none(LifecycleState.ACTIVE),
        Readiness.ready(Reason.ACTIVE, "It is there."),
        Plan.PublishedTarget.none(),
        next);
  }

  private static Registry registry() {
    var registry = new Registry();
    registry.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team")
            .withName("main")
            .withUid("uid")
            .withResourceVersion("1")
            .build());
    return registry;
  }

  @SuppressWarnings("unchecked")
  private Context<Registry> context() {
    return (Context<Registry>)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "isPrimaryResourceDeleted" -> false;
                  case "getClient" -> client;
                  case "getRetryInfo" -> Optional.of(new Attempt(attempts));
                  // The loop asks a context for nothing else; if it does, the test has to know.
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private record Attempt(int getAttemptCount) implements RetryInfo {
    @Override
    public boolean isLastAttempt() {
      return false;
    }
  }

  /** What these plans never use; a call of it fails the test. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod());
      var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      switch (exchange.getRequestMethod()) {
        case "PUT" -> send(exchange, 200, sent.replace(version("1"), version("2")));
        case "GET" -> send(exchange, 200, client.getKubernetesSerialization().asJson(registry()));
        default -> {
          if (retryAfter != null) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
          }
          send(exchange, code, body);
        }
      }
    }
  }

  private static String version(String number) {
    return "\"resourceVersion\":\"%s\"".formatted(number);
  }

  private static void send(HttpExchange exchange, int code, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .build();
  }
}
