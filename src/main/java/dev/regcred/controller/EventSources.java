package dev.regcred.controller;

import dev.regcred.api.v1alpha1.Bounded;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.cluster.Leadership;
import dev.regcred.cluster.NamespaceState;
import dev.regcred.cluster.PullingAccount;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.metrics.OperatorMetrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What triggers a reconciliation, besides a change of the resource itself: its Registry, the
 * Secrets that it reads and writes, and those that it waits for.
 */
public final class EventSources {
  private final InformerCache cache;
  private final RotationWatch rotations;
  private final Consumer<String> namespaceGone;
  private final Crowds crowds;
  private final Relay<Registry, RegistryCredential> registryToCredentials;
  private final Relay<RegistryCredential, Registry> credentialToRegistry;
  private final Relay<Registry, Registry> registryToRivals;
  private final Relay<RegistryCredential, RegistryCredential> credentialToClaimants;
  private final SyncGate gate;
  private final ClusterWideSources clusterWide;

  /**
   * @param sourceNamespace where the sources of cluster-wide credentials are
   * @param leadership without which no rotation is timed
   * @param timeout how long a start waits for the first list of a kind
   * @param executor that runs the reconciliations
   * @param namespaceGone told of each namespace that is gone, by its name
   */
  public EventSources(
      InformerCache cache,
      OperatorMetrics metrics,
      String sourceNamespace,
      Leadership leadership,
      Duration timeout,
      FairExecutor executor,
      Consumer<String> namespaceGone) {
    this.cache = cache;
    this.namespaceGone = namespaceGone;
    this.rotations = new RotationWatch(metrics, leadership);
    this.registryToCredentials = new Relay<>(Registry.class, timeout, this::credentialsOf);
    this.credentialToRegistry = new Relay<>(RegistryCredential.class, timeout, this::registryOf);
    this.registryToRivals = new Relay<>(Registry.class, timeout, this::rivalsOf);
    this.credentialToClaimants = new Relay<>(RegistryCredential.class, timeout, this::claimantsOf);
    this.gate = new SyncGate(timeout);
    this.clusterWide = new ClusterWideSources(cache, rotations, gate, sourceNamespace, timeout);
    this.crowds = new Crowds(executor, credentialToClaimants::trigger);
    cache.onChangedPart(credentialToClaimants::trigger);
  }

  /** Those of the cluster-wide kinds. */
  public ClusterWideSources clusterWide() {
    return clusterWide;
  }

  RotationWatch rotations() {
    return rotations;
  }

  List<EventSource<?, Registry>> ofRegistries(EventSourceContext<Registry> context) {
    cache.namespaced().useRegistries(context.getPrimaryCache());
    var sources = new ArrayList<EventSource<?, Registry>>();
    sources.add(registryToCredentials.sender());
    sources.add(registryToRivals.sender());
    sources.add(registryToRivals.receiver());
    sources.add(credentialToRegistry.receiver());
    if (isClusterWide(context)) {
      sources.addAll(clusterWide.ofNamespacedRegistries());
    }
    return sources;
  }

  List<EventSource<?, RegistryCredential>> ofCredentials(
      EventSourceContext<RegistryCredential> context) {
    cache.namespaced().useCredentials(context.getPrimaryCache());
    var secrets = secrets(context);
    cache.secrets().use(secrets);
    var accounts = accounts(context);
    cache.accounts().use(accounts);
    var sources = new ArrayList<EventSource<?, RegistryCredential>>();
    sources.add(credentialToRegistry.sender());
    sources.add(credentialToClaimants.sender());
    sources.add(credentialToClaimants.receiver());
    sources.add(registryToCredentials.receiver());
    sources.add(secrets);
    sources.add(accounts);
    // Who may watch a few namespaces only may not watch which there are.
    if (isClusterWide(context)) {
      var namespaces = namespaces(context);
      cache.clusterWide().useNamespaces(namespaces);
      sources.add(namespaces);
      sources.addAll(clusterWide.ofNamespacedCredentials());
    }
    return sources;
  }

  private static boolean isClusterWide(EventSourceContext<?> context) {
    return context.getControllerConfiguration().getInformerConfig().watchAllNamespaces();
  }

  private InformerEventSource<PullingAccount, RegistryCredential> accounts(
      EventSourceContext<RegistryCredential> context) {
    return watch(
        context,
        PullingAccount.class,
        "serviceaccounts",
        this::credentialsSelecting,
        cache.accountStore(),
        cache.accounts().recent());
  }

  /**
   * The watch of a kind that credentials depend on.
   *
   * @param concerned which credentials an object is about
   * @param store keeps what the watch brings, where one watch brings all of it
   * @param recent what the operator has written of the kind, until the watch brings it
   */
  private <S extends HasMetadata & Bounded> InformerEventSource<S, RegistryCredential> watch(
      EventSourceContext<RegistryCredential> context,
      Class<S> kind,
      String name,
      SecondaryToPrimaryMapper<S> concerned,
      BoundedStore<S> store,
      RecentWrites recent) {
    var configuration =
        InformerEventSourceConfiguration.from(kind, RegistryCredential.class)
            .withName(name)
            .withNamespacesInheritedFromController()
            .withInformerListLimit(InformerCache.PAGE)
            .withSecondaryToPrimaryMapper(concerned)
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of());
    if (isClusterWide(context)) {
      configuration.withItemStore(store);
    }
    return gate.watch(configuration.build(), context, _ -> {}, recent::arrived, recent::gone);
  }

  private InformerEventSource<NamespaceState, RegistryCredential> namespaces(
      EventSourceContext<RegistryCredential> context) {
    var configuration =
        InformerEventSourceConfiguration.from(NamespaceState.class, RegistryCredential.class)
            .withName("namespaces")
            .withWatchAllNamespaces()
            .withInformerListLimit(InformerCache.PAGE)
            .withSecondaryToPrimaryMapper(this::credentialsAllowedIn)
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of())
            .build();
    return gate.watch(
        configuration,
        context,
        clusterWide::changed,
        _ -> {},
        gone -> namespaceGone.accept(gone.getMetadata().getName()));
  }

  /** Those whose ClusterRegistry may or may not be used there any more. */
  private Set<ResourceID> credentialsAllowedIn(NamespaceState namespace) {
    clusterWide.changed(namespace);
    return cache
        .namespaced()
        .credentialsOfClusterRegistriesIn(namespace.getMetadata().getName())
        .stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** Those whose spec selects it, and those whose Secrets are attached to it. */
  private Set<ResourceID> credentialsSelecting(PullingAccount account) {
    clusterWide.changed(account);
    return crowds.concernedBy(
        account.getMetadata().getNamespace(),
        "serviceaccount/" + account.getMetadata().getName(),
        () -> selecting(account));
  }

  private Set<ResourceID> selecting(PullingAccount account) {
    var namespace = account.getMetadata().getNamespace();
    var attached =
        account.attached().stream()
            .flatMap(secret -> cache.credentialsOfSecret(namespace, secret).stream());
    return Stream.concat(
            cache.namespaced().credentialsSelecting(namespace, account.getMetadata().getName()),
            attached)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private InformerEventSource<SecretMetadata, RegistryCredential> secrets(
      EventSourceContext<RegistryCredential> context) {
    return watch(
        context,
        SecretMetadata.class,
        "secrets",
        this::credentialsConcernedBy,
        cache.secretStore(),
        cache.secrets().recent());
  }

  private Set<ResourceID> credentialsConcernedBy(SecretMetadata secret) {
    clusterWide.changed(secret);
    return crowds.concernedBy(
        secret.getMetadata().getNamespace(),
        "secret/" + secret.getMetadata().getName(),
        () -> concernedBy(secret));
  }

  private Set<ResourceID> concernedBy(SecretMetadata secret) {
    var namespace = secret.getMetadata().getNamespace();
    var name = secret.getMetadata().getName();
    var credentials = cache.namespaced().credentialsUsing(namespace, name);
    rotations.changed(name, credentials);
    return Stream.concat(
            credentials.stream().map(ResourceID::fromResource),
            secret.holdings().stream()
                .filter(holding -> !holding.contributor().isClusterWide())
                .map(holding -> new ResourceID(holding.contributor().name(), namespace)))
        .collect(Collectors.toSet());
  }

  private Set<ResourceID> credentialsOf(@Nullable Registry before, @Nullable Registry after) {
    var registry = after == null ? before : after;
    return registry == null || !Changes.concernsCredentials(before, after)
        ? Set.of()
        : cache
            .credentialsOf(registry.getMetadata().getNamespace(), registry.getMetadata().getName())
            .stream()
            .map(ResourceID::fromResource)
            .collect(Collectors.toSet());
  }

  private Set<ResourceID> registryOf(
      @Nullable RegistryCredential before, @Nullable RegistryCredential after) {
    var credential = after == null ? before : after;
    if (credential == null) {
      return Set.of();
    }
    var spec = credential.getSpec();
    return spec == null
            || spec.registryRef().kind() != RegistryKind.REGISTRY
            || !Changes.concernsRegistry(before, after)
        ? Set.of()
        : Set.of(
            new ResourceID(spec.registryRef().name(), credential.getMetadata().getNamespace()));
  }

  private Set<ResourceID> rivalsOf(@Nullable Registry before, @Nullable Registry after) {
    var registry = after == null ? before : after;
    return registry == null || !Changes.concernsRivals(before, after)
        ? Set.of()
        : cache.namespaced().rivalsOf(registry);
  }

  /** Whoever wants a pull Secret hears when another credential of it is gone. */
  private Set<ResourceID> claimantsOf(
      @Nullable RegistryCredential before, @Nullable RegistryCredential after) {
    if (before == null || after != null || before.getSpec() == null) {
      return Set.of();
    }
    var namespace = before.getMetadata().getNamespace();
    var name = before.getMetadata().getName();
    var claimants = new HashSet<ResourceID>();
    for (var other :
        cache.namespaced().credentialsUsing(namespace, before.getSpec().secretName(name))) {
      if (!Objects.equals(other.getMetadata().getName(), name)) {
        claimants.add(ResourceID.fromResource(other));
      }
    }
    return claimants;
  }
}
