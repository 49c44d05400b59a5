package dev.regcred.controller;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.cluster.NamespaceState;
import dev.regcred.cluster.PullingAccount;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.metrics.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What triggers a reconciliation, besides a change of the resource itself: its Registry, the
 * Secrets that it reads and writes, and those that it waits for.
 */
public final class EventSources {
  private final KubernetesClient metadataClient;
  private final InformerCache cache;
  private final RotationWatch rotations;
  private final Relay<Registry, RegistryCredential> registryToCredentials;
  private final Relay<RegistryCredential, Registry> credentialToRegistry;
  private final Relay<Registry, Registry> registryToRivals;
  private final Relay<RegistryCredential, RegistryCredential> credentialToClaimants;

  /**
   * @param metadataClient a client that asks for metadata only
   * @param timeout how long a start waits for the first list of a kind
   */
  public EventSources(
      KubernetesClient metadataClient,
      InformerCache cache,
      OperatorMetrics metrics,
      Duration timeout) {
    this.metadataClient = metadataClient;
    this.cache = cache;
    this.rotations = new RotationWatch(metrics);
    this.registryToCredentials = new Relay<>(Registry.class, timeout, this::credentialsOf);
    this.credentialToRegistry = new Relay<>(RegistryCredential.class, timeout, this::registryOf);
    this.registryToRivals = new Relay<>(Registry.class, timeout, this::rivalsOf);
    this.credentialToClaimants = new Relay<>(RegistryCredential.class, timeout, this::claimantsOf);
    cache.onChangedPart(credentialToClaimants::trigger);
  }

  RotationWatch rotations() {
    return rotations;
  }

  List<EventSource<?, Registry>> ofRegistries(EventSourceContext<Registry> context) {
    cache.useRegistries(context.getPrimaryCache());
    return List.of(
        registryToCredentials.sender(),
        registryToRivals.sender(),
        registryToRivals.receiver(),
        credentialToRegistry.receiver());
  }

  List<EventSource<?, RegistryCredential>> ofCredentials(
      EventSourceContext<RegistryCredential> context) {
    cache.useCredentials(context.getPrimaryCache());
    var secrets = secrets(context);
    cache.useSecrets(secrets);
    var accounts = accounts(context);
    cache.useAccounts(accounts);
    var sources = new ArrayList<EventSource<?, RegistryCredential>>();
    sources.add(credentialToRegistry.sender());
    sources.add(credentialToClaimants.sender());
    sources.add(credentialToClaimants.receiver());
    sources.add(registryToCredentials.receiver());
    sources.add(secrets);
    sources.add(accounts);
    // Who may watch a few namespaces only may not watch which there are.
    if (context.getControllerConfiguration().getInformerConfig().watchAllNamespaces()) {
      var namespaces = namespaces(context);
      cache.useNamespaces(namespaces);
      sources.add(namespaces);
    }
    return sources;
  }

  private InformerEventSource<PullingAccount, RegistryCredential> accounts(
      EventSourceContext<RegistryCredential> context) {
    var configuration =
        InformerEventSourceConfiguration.from(PullingAccount.class, RegistryCredential.class)
            .withName("serviceaccounts")
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(this::credentialsSelecting)
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of())
            .build();
    return new InformerEventSource<>(configuration, context);
  }

  private InformerEventSource<NamespaceState, RegistryCredential> namespaces(
      EventSourceContext<RegistryCredential> context) {
    var configuration =
        InformerEventSourceConfiguration.from(NamespaceState.class, RegistryCredential.class)
            .withName("namespaces")
            .withWatchAllNamespaces()
            .withSecondaryToPrimaryMapper((NamespaceState _) -> Set.of())
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of())
            .build();
    return new InformerEventSource<>(configuration, context);
  }

  /** Those whose spec selects it, and those whose Secrets are attached to it. */
  private Set<ResourceID> credentialsSelecting(PullingAccount account) {
    var namespace = account.getMetadata().getNamespace();
    var attached =
        Objects.requireNonNullElse(account.attachable().attached(), List.<String>of()).stream()
            .flatMap(secret -> cache.credentialsOfSecret(namespace, secret).stream());
    return Stream.concat(
            cache.credentialsSelecting(namespace, account.getMetadata().getName()), attached)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private InformerEventSource<SecretMetadata, RegistryCredential> secrets(
      EventSourceContext<RegistryCredential> context) {
    var configuration =
        InformerEventSourceConfiguration.from(SecretMetadata.class, RegistryCredential.class)
            .withName("secrets")
            .withKubernetesClient(metadataClient)
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(this::credentialsConcernedBy)
            .withPrimaryToSecondaryMapper((RegistryCredential _) -> Set.of())
            .build();
    return new InformerEventSource<>(configuration, context);
  }

  private Set<ResourceID> credentialsConcernedBy(SecretMetadata secret) {
    var namespace = secret.getMetadata().getNamespace();
    var name = secret.getMetadata().getName();
    var credentials = cache.credentialsUsing(namespace, name);
    rotations.changed(namespace, name, credentials);
    return Stream.concat(
            credentials.stream().map(ResourceID::fromResource),
            secret.holdings().stream()
                .map(holding -> new ResourceID(holding.contributor().name(), namespace)))
        .collect(Collectors.toSet());
  }

  /** A Registry's credentials follow its state, its address and its deletion. */
  private Set<ResourceID> credentialsOf(@Nullable Registry before, @Nullable Registry after) {
    var registry = after == null ? before : after;
    if (registry == null
        || (before != null
            && after != null
            && state(before) == state(after)
            && Objects.equals(declaredAddress(before), declaredAddress(after))
            && before.isMarkedForDeletion() == after.isMarkedForDeletion())) {
      return Set.of();
    }
    return cache
        .credentialsOf(registry.getMetadata().getNamespace(), registry.getMetadata().getName())
        .stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** Null where the spec can't be read; it is there again once that is repaired. */
  private static @Nullable String declaredAddress(Registry registry) {
    return registry.getSpec() == null ? null : registry.getSpec().serverAddress();
  }

  /** A Registry that waits for its credentials hears of each that is out of use, or gone. */
  private Set<ResourceID> registryOf(
      @Nullable RegistryCredential before, @Nullable RegistryCredential after) {
    var credential = after == null ? before : after;
    if (credential == null || credential.getSpec() == null) {
      return Set.of();
    }
    var isWithdrawn =
        after == null
            || (before != null
                && state(before) != state(after)
                && switch (state(after)) {
                  case INACTIVE, REMOVED, PURGED -> true;
                  default -> false;
                });
    return isWithdrawn
        ? Set.of(
            new ResourceID(
                credential.getSpec().registryRef().name(), credential.getMetadata().getNamespace()))
        : Set.of();
  }

  /**
   * Whoever wants an address hears when another one has given it up, or has got it: two that were
   * planned at the same time may both have taken it, and one of them has to yield.
   */
  private Set<ResourceID> rivalsOf(@Nullable Registry before, @Nullable Registry after) {
    var registry = after == null ? before : after;
    return registry == null || Objects.equals(address(before), address(after))
        ? Set.of()
        : cache.rivalsOf(registry);
  }

  private static @Nullable String address(@Nullable Registry registry) {
    return registry == null || registry.getStatus() == null
        ? null
        : registry.getStatus().serverAddress();
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
    for (var other : cache.credentialsUsing(namespace, before.getSpec().secretName(name))) {
      if (!Objects.equals(other.getMetadata().getName(), name)) {
        claimants.add(ResourceID.fromResource(other));
      }
    }
    return claimants;
  }

  private static LifecycleState state(RegistryCredential credential) {
    var status = credential.getStatus();
    return status == null || status.state() == null ? LifecycleState.REQUESTED : status.state();
  }

  private static LifecycleState state(Registry registry) {
    var status = registry.getStatus();
    return status == null || status.state() == null ? LifecycleState.REQUESTED : status.state();
  }
}
