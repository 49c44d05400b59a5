package dev.regcred.controller;

import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.cluster.NamespaceState;
import dev.regcred.cluster.PullingAccount;
import dev.regcred.cluster.SecretMetadata;
import dev.regcred.pullsecret.Contributor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What triggers the reconciliation of the cluster-wide kinds, besides a change of the resource
 * itself; and by what they trigger that of the namespaced ones. The watches of Secrets,
 * ServiceAccounts and namespaces are those of the namespaced credentials' controller.
 */
public final class ClusterWideSources {
  private final ClusterWideCache wide;
  private final RotationWatch rotations;
  private final SyncGate gate;
  private final String sourceNamespace;

  private final Relay<ClusterRegistry, ClusterRegistryCredential> registryToCredentials;
  private final Relay<ClusterRegistry, RegistryCredential> registryToNamespaced;
  private final Relay<ClusterRegistry, ClusterRegistry> registryToRivals;
  private final Relay<ClusterRegistryCredential, ClusterRegistry> credentialToRegistry;
  private final Relay<RegistryCredential, ClusterRegistry> namespacedToRegistry;
  private final Relay<ClusterRegistryCredential, ClusterRegistryCredential> credentialToClaimants;
  private final Relay<ClusterRegistryCredential, RegistryCredential> credentialToNamespaced;
  private final Relay<RegistryCredential, ClusterRegistryCredential> namespacedToCredential;
  private final Relay<Registry, ClusterRegistryCredential> registriesFirst;

  ClusterWideSources(
      InformerCache cache,
      RotationWatch rotations,
      SyncGate gate,
      String sourceNamespace,
      Duration timeout) {
    this.wide = cache.clusterWide();
    this.rotations = rotations;
    this.gate = gate;
    this.sourceNamespace = sourceNamespace;
    registryToCredentials =
        new Relay<>(
            ClusterRegistry.class,
            timeout,
            (before, after) ->
                Changes.concernsCredentials(before, after)
                    ? ids(wide.credentialsOf(name(before, after)).stream())
                    : Set.of());
    registryToNamespaced =
        new Relay<>(
            ClusterRegistry.class,
            timeout,
            (before, after) ->
                Changes.concernsCredentials(before, after)
                    ? ids(cache.credentialsOfClusterRegistry(name(before, after)).stream())
                    : Set.of());
    registryToRivals = new Relay<>(ClusterRegistry.class, timeout, this::rivals);
    credentialToRegistry =
        new Relay<>(ClusterRegistryCredential.class, timeout, ClusterWideSources::registry);
    namespacedToRegistry =
        new Relay<>(RegistryCredential.class, timeout, ClusterWideSources::registry);
    credentialToClaimants = new Relay<>(ClusterRegistryCredential.class, timeout, this::claimants);
    // Those that share a Secret hear of each other when it is written.
    credentialToNamespaced =
        new Relay<>(ClusterRegistryCredential.class, timeout, (_, _) -> Set.of());
    namespacedToCredential = new Relay<>(RegistryCredential.class, timeout, (_, _) -> Set.of());
    registriesFirst = new Relay<>(Registry.class, timeout, (_, _) -> Set.of());
    cache.onChangedPartOfClusterWide(credentialToClaimants::trigger);
  }

  List<EventSource<?, ClusterRegistry>> ofRegistries(EventSourceContext<ClusterRegistry> context) {
    wide.useRegistries(context.getPrimaryCache());
    return List.of(
        registryToCredentials.sender(),
        registryToNamespaced.sender(),
        registryToRivals.sender(),
        registryToRivals.receiver(),
        credentialToRegistry.receiver(),
        namespacedToRegistry.receiver());
  }

  List<EventSource<?, ClusterRegistryCredential>> ofCredentials(
      EventSourceContext<ClusterRegistryCredential> context) {
    wide.useCredentials(context.getPrimaryCache());
    return List.of(
        credentialToRegistry.sender(),
        credentialToNamespaced.sender(),
        credentialToClaimants.sender(),
        credentialToClaimants.receiver(),
        registryToCredentials.receiver(),
        namespacedToCredential.receiver(),
        registriesFirst.receiver(),
        gate.gate(ClusterRegistryCredential.class));
  }

  /** For the controller of Registries. */
  List<EventSource<?, Registry>> ofNamespacedRegistries() {
    return List.of(registriesFirst.sender());
  }

  /** For the controller of RegistryCredentials. */
  List<EventSource<?, RegistryCredential>> ofNamespacedCredentials() {
    return List.of(
        namespacedToRegistry.sender(),
        namespacedToCredential.sender(),
        registryToNamespaced.receiver(),
        credentialToNamespaced.receiver());
  }

  /** A Secret appeared, changed or went. */
  void changed(SecretMetadata secret) {
    var namespace = secret.getMetadata().getNamespace();
    var name = secret.getMetadata().getName();
    if (namespace.equals(sourceNamespace)) {
      var readers = wide.credentialsReading(name);
      rotations.changed(name, readers);
      trigger(readers.stream());
    }
    trigger(
        wide.credentialsOfSecret(name).stream()
            .filter(credential -> wide.isSelected(credential, namespace)));
    secret.holdings().stream()
        .map(holding -> holding.contributor())
        .filter(Contributor::isClusterWide)
        .map(contributor -> new ResourceID(contributor.name()))
        .forEach(credentialToClaimants::trigger);
  }

  /** A ServiceAccount appeared, changed or went. */
  void changed(PullingAccount account) {
    var namespace = account.getMetadata().getNamespace();
    var attached =
        account.attached().stream().flatMap(secret -> wide.credentialsOfSecret(secret).stream());
    trigger(
        Stream.concat(
            wide.credentialsSelecting(account.getMetadata().getName())
                .filter(credential -> wide.isSelected(credential, namespace)),
            attached));
  }

  /** A namespace appeared, changed or went. */
  void changed(NamespaceState namespace) {
    trigger(wide.credentials().filter(credential -> wide.isSelected(credential, namespace)));
  }

  private void trigger(Stream<ClusterRegistryCredential> credentials) {
    ids(credentials).forEach(credentialToClaimants::trigger);
  }

  private Set<ResourceID> rivals(
      @Nullable ClusterRegistry before, @Nullable ClusterRegistry after) {
    var registry = after == null ? before : after;
    return registry != null && Changes.concernsRivals(before, after)
        ? wide.rivalsOf(registry).collect(Collectors.toSet())
        : Set.of();
  }

  /** Whoever wants the same pull Secrets hears when another cluster-wide credential is gone. */
  private Set<ResourceID> claimants(
      @Nullable ClusterRegistryCredential before, @Nullable ClusterRegistryCredential after) {
    if (before == null || after != null || before.getSpec() == null) {
      return Set.of();
    }
    var name = before.getMetadata().getName();
    return ids(
        wide.credentialsOfSecret(before.getSpec().secretName(name)).stream()
            .filter(other -> !other.getMetadata().getName().equals(name)));
  }

  private static Set<ResourceID> registry(
      @Nullable LifecycleResource<? extends CredentialSpec, ?> before,
      @Nullable LifecycleResource<? extends CredentialSpec, ?> after) {
    var credential = after == null ? before : after;
    if (credential == null || !Changes.concernsRegistry(before, after)) {
      return Set.of();
    }
    var spec = credential.getSpec();
    return spec == null || spec.registryRef().kind() != RegistryKind.CLUSTER_REGISTRY
        ? Set.of()
        : Set.of(new ResourceID(spec.registryRef().name()));
  }

  private static Set<ResourceID> ids(Stream<? extends HasMetadata> resources) {
    return resources.map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  private static String name(@Nullable HasMetadata before, @Nullable HasMetadata after) {
    return Objects.requireNonNull(after == null ? before : after).getMetadata().getName();
  }
}
