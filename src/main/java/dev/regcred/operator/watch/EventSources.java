package dev.regcred.operator.watch;

import dev.regcred.operator.kinds.Bounded;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.metrics.RotationTimer;
import dev.regcred.operator.queue.BulkRequests;
import dev.regcred.operator.queue.FairExecutor;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.operator.queue.WorkQueue;
import dev.regcred.pullsecret.CredentialRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The event sources of the four controllers: one watch of each kind, what it brings is routed by
 * {@link Triggers}, and one {@link WorkQueue} to each reconciler. A controller's own watch is heard
 * by a {@link PrimaryWatch}; those of Secrets, ServiceAccounts and namespaces stand in the
 * controller of RegistryCredentials and serve all four.
 */
public final class EventSources {
  private final InformerCache cache;
  private final Triggers triggers;
  private final RotationTimer rotations;
  private final Consumer<String> namespaceGone;
  private final BulkRequests bulk;
  private final StartBarrier barrier;
  private final Map<Class<?>, WorkQueue<?>> queues = new ConcurrentHashMap<>();

  /** Makes the event sources of a kind's controller. */
  @FunctionalInterface
  public interface Of<R extends HasMetadata> {
    OfKind<R> of(EventSourceContext<R> context, WorkQueue<R> queue);
  }

  /**
   * What a kind's controller hears by.
   *
   * @param sources its event sources
   * @param recent where it puts what it writes of the kind, until the watch brings it
   */
  public record OfKind<R extends HasMetadata>(
      List<EventSource<?, R>> sources, RecentWrites<R> recent) {}

  /**
   * The event sources of controllers that are not registered yet.
   *
   * @param sourceNamespace where the sources of cluster-wide credentials are
   * @param leadership without which no rotation is timed
   * @param timeout how long a start waits for the first list of a kind
   * @param executor that runs the reconciliations
   * @param attachPolicies the policies by which Pods get pull Secrets
   * @param namespaceGone told of each namespace that is gone, by its name
   */
  public EventSources(
      InformerCache cache,
      OperatorMetrics metrics,
      String sourceNamespace,
      Leadership leadership,
      Duration timeout,
      FairExecutor executor,
      AttachPolicyWatch attachPolicies,
      Consumer<String> namespaceGone) {
    this.cache = cache;
    this.triggers = new Triggers(cache, sourceNamespace);
    this.rotations = new RotationTimer(metrics, leadership);
    this.namespaceGone = namespaceGone;
    this.bulk = new BulkRequests(executor, this::enqueue);
    this.barrier = new StartBarrier(timeout);
    cache.use(attachPolicies);
    attachPolicies.start(
        new AttachPolicyWatch.Listener() {
          @Override
          public boolean isNeeded(boolean isClusterWide) {
            return triggers.attachedToPods(isClusterWide).findAny().isPresent();
          }

          @Override
          public void changed(boolean isClusterWide) {
            bulk.enqueueAll(
                "", "attach-policy/" + isClusterWide, () -> triggers.attachPolicy(isClusterWide));
          }
        });
    cache.onOwnWrite(
        new InformerCache.OwnWrites() {
          @Override
          public void secretWritten(
              Optional<SecretMetadata> known, SecretMetadata after, CredentialRef writer) {
            rotations.begin(after.getMetadata().getName(), triggers.readers(after));
            enqueue(triggers.secretWritten(known, after, writer));
          }

          @Override
          public void secretsDetached(String namespace, Set<String> secretNames) {
            enqueue(triggers.secretsDetached(namespace, secretNames));
          }
        });
  }

  public RotationTimer rotations() {
    return rotations;
  }

  public OfKind<Registry> registries(
      EventSourceContext<Registry> context, WorkQueue<Registry> queue) {
    cache.registries().setInformer(context.getPrimaryCache());
    return primary(Registry.class, queue, cache.registries().recent(), triggers::registry);
  }

  public OfKind<ClusterRegistry> clusterRegistries(
      EventSourceContext<ClusterRegistry> context, WorkQueue<ClusterRegistry> queue) {
    cache.clusterRegistries().setInformer(context.getPrimaryCache());
    return primary(
        ClusterRegistry.class, queue, cache.clusterRegistries().recent(), triggers::registry);
  }

  public OfKind<RegistryCredential> credentials(
      EventSourceContext<RegistryCredential> context, WorkQueue<RegistryCredential> queue) {
    cache.namespacedCredentials().setInformer(context.getPrimaryCache());
    var recent = cache.namespacedCredentials().recent();
    var sources =
        new ArrayList<>(
            primary(RegistryCredential.class, queue, recent, triggers::credential).sources());
    var secrets = secrets(context);
    cache.secrets().setInformer(secrets);
    sources.add(secrets);
    var serviceAccounts = serviceAccounts(context);
    cache.serviceAccounts().setInformer(serviceAccounts);
    sources.add(serviceAccounts);
    // Who may watch a few namespaces only may not watch which there are.
    if (isClusterWide(context)) {
      var namespaces = namespaces(context);
      cache.namespaces().setInformer(namespaces, namespaces::isRunning);
      sources.add(namespaces);
    }
    return new OfKind<>(sources, recent);
  }

  public OfKind<ClusterRegistryCredential> clusterCredentials(
      EventSourceContext<ClusterRegistryCredential> context,
      WorkQueue<ClusterRegistryCredential> queue) {
    cache.clusterCredentials().setInformer(context.getPrimaryCache());
    return primary(
        ClusterRegistryCredential.class,
        queue,
        cache.clusterCredentials().recent(),
        triggers::credential);
  }

  private interface Routes<R> {
    List<Triggers.Route> of(@Nullable R before, @Nullable R after);
  }

  /** What every controller has: the ear at its own watch, and the wait for all the others. */
  private <R extends LifecycleResource<?, ?>> OfKind<R> primary(
      Class<R> kind, WorkQueue<R> queue, RecentWrites<R> recent, Routes<R> routes) {
    queues.put(kind, queue);
    queue.onPass(id -> bulk.passBegins(new ReconcileRequest(kind, id)));
    var synced = barrier.expect(HasMetadata.getKind(kind));
    return new OfKind<>(
        List.of(
            new PrimaryWatch<>(
                kind,
                synced,
                (before, after) -> {
                  recent.changed(before, after);
                  routes
                      .of(before, after)
                      .forEach(
                          route ->
                              bulk.enqueueAll(
                                  route.namespace(), route.subject(), route.requests()));
                }),
            barrier.gate(kind)),
        recent);
  }

  private void enqueue(Set<ReconcileRequest> requests) {
    requests.forEach(this::enqueue);
  }

  /** An operator that is limited to some namespaces has no reconciler of the cluster-wide kinds. */
  public void enqueue(ReconcileRequest request) {
    var queue = queues.get(request.kind());
    if (queue != null) {
      queue.enqueue(request.id());
    }
  }

  private static boolean isClusterWide(EventSourceContext<?> context) {
    return context.getControllerConfiguration().getInformerConfig().watchAllNamespaces();
  }

  private SecondaryWatch<SecretMetadata> secrets(EventSourceContext<RegistryCredential> context) {
    return dependency(
        context,
        SecretMetadata.class,
        cache.secretStore(),
        cache.secrets().recent(),
        secret -> {
          var namespace = secret.getMetadata().getNamespace();
          var name = secret.getMetadata().getName();
          rotations.begin(name, triggers.readers(secret));
          return triggers.secret(
              secret,
              cache.secret(namespace, name).isEmpty()
                  ? cache.serviceAccountsWith(namespace, name)
                  : List.of());
        });
  }

  private SecondaryWatch<ServiceAccountMetadata> serviceAccounts(
      EventSourceContext<RegistryCredential> context) {
    return dependency(
        context,
        ServiceAccountMetadata.class,
        cache.serviceAccountStore(),
        cache.serviceAccounts().recent(),
        triggers::serviceAccount);
  }

  /**
   * The watch of a kind that credentials read and write.
   *
   * @param store keeps what the watch brings, where one watch brings all of it
   * @param recent what the operator has written of the kind, until the watch brings it
   * @param route who is looked at for a change that is not the operator's own
   */
  private <S extends HasMetadata & Bounded> SecondaryWatch<S> dependency(
      EventSourceContext<RegistryCredential> context,
      Class<S> kind,
      BoundedStore<S> store,
      RecentWrites<S> recent,
      Function<S, Set<ReconcileRequest>> route) {
    var name = HasMetadata.getPlural(kind);
    var configuration =
        InformerEventSourceConfiguration.from(kind, RegistryCredential.class)
            .withName(name)
            .withNamespacesInheritedFromController()
            .withInformerListLimit(InformerCache.PAGE)
            .withSecondaryToPrimaryMapper(_ -> Set.of()) // The listener routes it.
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of());
    if (isClusterWide(context)) {
      configuration.withItemStore(store);
    }
    return watch(
        configuration.build(),
        context,
        (before, after) -> {
          var changed = Objects.requireNonNull(after == null ? before : after);
          var metadata = changed.getMetadata();
          recent.changed(
              before,
              after,
              () ->
                  bulk.enqueueAll(
                      metadata.getNamespace(),
                      name + "/" + metadata.getName(),
                      () -> route.apply(changed)));
        });
  }

  private SecondaryWatch<NamespaceMetadata> namespaces(
      EventSourceContext<RegistryCredential> context) {
    var configuration =
        InformerEventSourceConfiguration.from(NamespaceMetadata.class, RegistryCredential.class)
            .withName(HasMetadata.getPlural(NamespaceMetadata.class))
            .withWatchAllNamespaces()
            .withInformerListLimit(InformerCache.PAGE)
            .withItemStore(cache.namespaceStore())
            .withSecondaryToPrimaryMapper(_ -> Set.of()) // The listener routes it.
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of())
            .build();
    return watch(
        configuration,
        context,
        (before, after) -> {
          if (before != null && after == null) {
            namespaceGone.accept(before.getMetadata().getName());
          }
          enqueue(triggers.namespace(before, after));
        });
  }

  private <S extends HasMetadata> SecondaryWatch<S> watch(
      InformerEventSourceConfiguration<S> configuration,
      EventSourceContext<RegistryCredential> context,
      ChangeListener<S> listener) {
    var synced = barrier.expect(configuration.name());
    return new SecondaryWatch<>(configuration, context, synced, listener);
  }
}
