package dev.regcred.operator;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.controller.CredentialReconciler;
import dev.regcred.operator.controller.LifecycleReconciler;
import dev.regcred.operator.controller.ReconcilerServices;
import dev.regcred.operator.controller.RegistryReconciler;
import dev.regcred.operator.events.EventRecorder;
import dev.regcred.operator.execute.PlanExecutor;
import dev.regcred.operator.execute.PodEvictions;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.leader.LeaderElection;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.memory.Memory;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.observe.StateObserver;
import dev.regcred.operator.observe.StuckPodLooks;
import dev.regcred.operator.queue.FairExecutor;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.operator.watch.AttachPolicies;
import dev.regcred.operator.watch.AttachPolicyWatch;
import dev.regcred.operator.watch.EventSources;
import dev.regcred.operator.watch.InformerCache;
import dev.regcred.verification.AllowedHosts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The operator in this process, from start to stop. */
public final class RunningOperator implements AutoCloseable {
  /**
   * How long a start waits for the API server, or for the CRDs to be installed. It is not ready
   * until then; to give up sooner would only start the same wait again in a new process.
   */
  private static final Duration SYNC_TIMEOUT = Duration.ofDays(1);

  private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(10);
  private static final int FIRST_RETRY_MILLIS = 50;
  private static final int LONGEST_RETRY_MILLIS = 60_000;

  private final InformerCache cache;
  private final KubernetesClient client;
  private final PrometheusMeterRegistry meters;
  private final FairExecutor reconciliations;
  private final RegistryChecks checks;
  private final Operator operator;
  private final EventRecorder events;
  private final AttachPolicyWatch attachPolicies;
  private final ManagementServer http;
  private final @Nullable LeaderElection election;
  private final Leadership leadership;
  private final ClusterHealth readiness;
  private final List<Runnable> onLeading = new ArrayList<>();

  private RunningOperator(OperatorConfig config, Config kubernetes, Runnable ended)
      throws IOException {
    cache =
        new InformerCache(NamespaceSelection.of(config.namespace()), config.namespaces().isEmpty());
    client = KubernetesClients.create(kubernetes);
    meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    reconciliations = new FairExecutor(config.threads());
    operator = new Operator(this::configure);
    var metrics = new OperatorMetrics(meters);
    election =
        config.lease() == null
            ? null
            : new LeaderElection(
                client,
                config.namespace(),
                instance(),
                config.lease(),
                () -> onLeading.forEach(Runnable::run),
                ended);
    leadership = election == null ? Leadership.undisputed() : election;
    metrics.leader(leadership::isHeld);
    metrics.ready(this::isReady);
    metrics.notReady(cache::credentials);
    metrics.notVerified(cache::credentials);
    events = new EventRecorder(client, Clock.systemUTC(), instance(), metrics::eventDropped);
    checks = new RegistryChecks(cache, metrics, new AllowedHosts(config.verificationHosts()));
    attachPolicies = new AttachPolicyWatch(new AttachPolicies(client, config.namespace()));
    register(config, metrics);
    readiness =
        new ClusterHealth(
            this::deadWatches,
            List.of(
                StoreVersion.of(
                    client,
                    RegistryCredential.class,
                    config.namespaces(),
                    cache::credentialVersions),
                StoreVersion.of(
                    client, SecretMetadata.class, config.namespaces(), cache::secretVersions)),
            ended);
    http = new ManagementServer(config.httpPort(), meters, readiness::problem);
  }

  /**
   * Starts an operator; returns once the caches have synced and the first events are being worked
   * on.
   *
   * @param kubernetes which cluster, and as whom
   * @throws IOException if the HTTP port can't be bound
   */
  public static RunningOperator start(OperatorConfig config, Config kubernetes) throws IOException {
    return start(config, kubernetes, () -> {});
  }

  /**
   * Starts an operator; returns once the caches have synced. Then it works, or stands by until it
   * is the leader.
   *
   * @param kubernetes which cluster, and as whom
   * @param ended called if another operator has taken over, or may have, or if what this one knows
   *     of the cluster is of no use any more; it is to be closed, from another thread
   * @throws IOException if the HTTP port can't be bound
   */
  public static RunningOperator start(OperatorConfig config, Config kubernetes, Runnable ended)
      throws IOException {
    var running = new RunningOperator(config, kubernetes, ended);
    try {
      running.http.start();
      running.operator.start();
      running.readiness.start();
      if (running.election != null) {
        running.election.start(); // One with empty caches would be no use as a leader.
      }
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private void configure(
      io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider overrider) {
    overrider
        .withKubernetesClient(client)
        .withExecutorService(reconciliations)
        // What is read from a cache is never changed here: specs and statuses are immutable.
        .withResourceCloner(new Uncloned())
        .withCloseClientOnStop(false)
        .withUseSSAToPatchPrimaryResource(false)
        .withCacheSyncTimeout(SYNC_TIMEOUT)
        .withStopOnInformerErrorDuringStartup(false)
        .withReconciliationTerminationTimeout(TERMINATION_TIMEOUT);
  }

  private void register(OperatorConfig config, OperatorMetrics metrics) {
    var clock = Clock.systemUTC();
    metrics.credentials(
        state ->
            cache
                .credentials()
                .filter(
                    credential ->
                        credential.getStatus() != null && credential.stateOrRequested() == state)
                .count());
    metrics.ignored(cache.secretStore().kind(), cache.secretStore()::ignored);
    metrics.ignored(cache.serviceAccountStore().kind(), cache.serviceAccountStore()::ignored);
    metrics.ignored(cache.namespaceStore().kind(), cache.namespaceStore()::ignored);
    var memory = Memory.empty(clock, metrics::driftCorrected);
    var requests = new ObjectRequests(client);
    metrics.stuckPods(cache::credentials);
    var evictions = new PodEvictions(client, metrics::evicted);
    var executor =
        new PlanExecutor(
            requests,
            cache,
            memory,
            config.threads(),
            leadership,
            events::recordAdoption,
            evictions);
    var sources =
        new EventSources(
            cache,
            metrics,
            config.sourceNamespace(),
            leadership,
            SYNC_TIMEOUT,
            reconciliations,
            attachPolicies,
            namespace -> {
              memory.forgetNamespace(namespace);
              evictions.forget(namespace);
            });
    var accounts = checks.accounts(sources::enqueue, clock);
    var observer =
        new StateObserver(
            requests,
            cache,
            memory,
            config.threads(),
            config.sourceNamespace(),
            clock,
            (credential, self, now) ->
                accounts.admission(
                    ReconcileRequest.of(credential), credential.getStatus(), self, now));
    var services =
        new ReconcilerServices(
            observer,
            new StuckPodLooks(client, evictions::isForbidden, clock),
            executor,
            memory.drift(),
            metrics,
            events,
            accounts,
            leadership,
            clock,
            config.resync());
    register(config, metrics, new RegistryReconciler.Namespaced(services, sources));
    register(config, metrics, new CredentialReconciler.Namespaced(services, sources));
    if (config.namespaces().isEmpty()) {
      register(config, metrics, new RegistryReconciler.ClusterWide(services, sources));
      register(config, metrics, new CredentialReconciler.ClusterWide(services, sources));
    }
  }

  private <R extends LifecycleResource<?, T>, T extends LifecycleStatus> void register(
      OperatorConfig config, OperatorMetrics metrics, LifecycleReconciler<R, T> reconciler) {
    operator.register(reconciler, settings(config, reconciler));
    metrics.ignored(reconciler.store().kind(), reconciler.store()::ignored);
    onLeading.add(reconciler::enqueueAll);
  }

  /** The name of this operator: in a Pod the host's name is the Pod's. */
  private static String instance() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static <R extends LifecycleResource<?, T>, T extends LifecycleStatus>
      Consumer<ControllerConfigurationOverrider<R>> settings(
          OperatorConfig config, LifecycleReconciler<R, T> reconciler) {
    return overrider -> {
      overrider.withGenerationAware(false).withOnUpdateFilter(reconciler::isReconcileNeeded);
      overrider.withInformerListLimit(InformerCache.PAGE);
      overrider.withRetry(
          new GenericRetry()
              .setInitialInterval(FIRST_RETRY_MILLIS)
              .setIntervalMultiplier(2)
              .setMaxInterval(LONGEST_RETRY_MILLIS)
              .withoutMaxAttempts());
      if (config.namespaces().isEmpty()) {
        overrider.withItemStore(reconciler.store());
      } else {
        overrider.settingNamespaces(
            config.namespaces()); // Each has a watch, and a store, of its own.
      }
    };
  }

  /** Whether the caches have synced and what happens in the cluster is heard. */
  public boolean isReady() {
    return readiness.problem().isEmpty();
  }

  /**
   * The watches that are dead, by their controllers and kinds, such as {@code
   * registrycredential/secrets}.
   */
  private List<String> deadWatches() {
    return operator.getRuntimeInfo().unhealthyEventSources().entrySet().stream()
        .flatMap(
            controller ->
                controller.getValue().keySet().stream()
                    .map(
                        source ->
                            source.equals(ControllerEventSource.NAME)
                                ? controller.getKey()
                                : controller.getKey() + "/" + source))
        .sorted()
        .toList();
  }

  /** The port of metrics and health. */
  public int httpPort() {
    return http.port();
  }

  /** Finishes what is being worked on and stops. */
  @Override
  public void close() {
    // What can't be stopped must not keep the Lease from being released: others wait for it.
    CloseAll.run(
        http::close,
        readiness::close,
        cache::stop,
        operator::stop,
        attachPolicies::close,
        checks::close,
        this::release, // After the last write, and before what takes time.
        events::close,
        client::close,
        meters::close);
  }

  private void release() {
    if (election != null) {
      election.close();
    }
  }

  private static final class Uncloned implements Cloner {
    @Override
    public <R extends HasMetadata> R clone(R resource) {
      return resource;
    }
  }
}
