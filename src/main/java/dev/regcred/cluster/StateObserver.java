package dev.regcred.cluster;

import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.plan.Identity;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.ObservedRegistry;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a plan depends on into one immutable value. Which objects there are is taken from
 * the watches.
 */
public final class StateObserver {
  private final KubernetesClient client;
  private final ClusterCache cache;
  private final DriftHistory drift;
  private final Clock clock;

  public StateObserver(
      KubernetesClient client, ClusterCache cache, DriftHistory drift, Clock clock) {
    this.client = client;
    this.cache = cache;
    this.drift = drift;
    this.clock = clock;
  }

  /** What the plan of a credential depends on. */
  public ObservedCredential observe(RegistryCredential credential) {
    var observed =
        new CredentialObserver(client, cache, drift, clock.instant()).observe(credential);
    cache.requireRunning();
    return observed;
  }

  /** What the plan of a Registry depends on. */
  public ObservedRegistry observe(Registry registry) {
    var id = identity(registry);
    var spec = registry.getSpec();
    var status = registry.getStatus();
    var observed =
        new ObservedRegistry(
            id,
            spec,
            registry.unreadableSpec(),
            created(registry),
            new ObservedRegistry.Recorded(
                state(status),
                observedGeneration(status),
                status == null ? null : status.removedTime(),
                status == null ? null : status.serverAddress()),
            spec == null ? List.of() : rivals(id, spec.serverAddress()),
            cache.credentialsOf(id.namespace(), id.name()).stream()
                .map(
                    credential ->
                        new ObservedRegistry.Credential(
                            credential.getMetadata().getName(), state(credential.getStatus())))
                .toList(),
            cache.isTerminating(id.namespace()),
            clock.instant());
    cache.requireRunning();
    return observed;
  }

  private List<ObservedRegistry.Rival> rivals(Identity id, String address) {
    try {
      return cache.registriesAt(id.namespace(), ServerAddress.parse(address)).stream()
          .filter(other -> !other.getMetadata().getName().equals(id.name()))
          .filter(other -> state(other.getStatus()) != LifecycleState.PURGED)
          .map(
              other ->
                  new ObservedRegistry.Rival(
                      other.getMetadata().getName(),
                      created(other),
                      other.getStatus() != null && other.getStatus().serverAddress() != null))
          .toList();
    } catch (InvalidServerAddressException e) {
      return List.of();
    }
  }

  static Instant created(LifecycleResource<?, ?> resource) {
    return Instant.parse(resource.getMetadata().getCreationTimestamp());
  }

  static Identity identity(LifecycleResource<?, ?> resource) {
    var metadata = resource.getMetadata();
    return new Identity(
        resource.getKind(),
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        metadata.getGeneration(),
        resource.isMarkedForDeletion(),
        resource.hasFinalizer(dev.regcred.api.v1alpha1.Labels.FINALIZER));
  }

  static LifecycleState state(@Nullable LifecycleStatus status) {
    return status == null || status.state() == null ? LifecycleState.REQUESTED : status.state();
  }

  static long observedGeneration(@Nullable LifecycleStatus status) {
    return status == null || status.observedGeneration() == null ? -1 : status.observedGeneration();
  }
}
