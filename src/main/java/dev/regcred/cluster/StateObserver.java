package dev.regcred.cluster;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleResource;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.plan.Identity;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.ObservedRegistry;
import dev.regcred.plan.RegistryView;
import dev.regcred.plan.SourceReading;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.CredentialValue;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.ServerAddress;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a plan depends on into one immutable value.
 *
 * <p>Which objects there are is taken from the watches; the content of a Secret is read when it is
 * needed and not kept.
 */
public final class StateObserver {
  private final KubernetesClient client;
  private final ClusterCache cache;
  private final Clock clock;

  public StateObserver(KubernetesClient client, ClusterCache cache, Clock clock) {
    this.client = client;
    this.cache = cache;
    this.clock = clock;
  }

  /** What the plan of a credential depends on. */
  public ObservedCredential observe(RegistryCredential credential) {
    var id = identity(credential);
    var spec = credential.getSpec();
    var recorded = recorded(credential);
    var self = new Contributor(id.kind(), id.name());
    var targetName = targetName(spec, recorded, id);
    var target = readSecret(id.namespace(), targetName).map(Secrets::pullSecret).orElse(null);
    return new ObservedCredential(
        id,
        spec,
        credential.unreadableSpec(),
        recorded,
        registryOf(id, spec),
        isWanted(id, spec) ? userName(id.namespace(), spec) : new SourceReading.NotRead(),
        isWanted(id, spec) ? password(id.namespace(), spec) : new SourceReading.NotRead(),
        target,
        holder(id, target),
        leftovers(id, self, targetName),
        clock.instant());
  }

  /** What the plan of a Registry depends on. */
  public ObservedRegistry observe(Registry registry) {
    var id = identity(registry);
    var spec = registry.getSpec();
    var status = registry.getStatus();
    return new ObservedRegistry(
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
        clock.instant());
  }

  private static ObservedCredential.Recorded recorded(RegistryCredential credential) {
    var status = credential.getStatus();
    return new ObservedCredential.Recorded(
        state(status),
        observedGeneration(status),
        status == null ? null : status.removedTime(),
        status == null ? null : status.secretName(),
        status == null ? null : status.serverAddress());
  }

  /** Where the spec can't be read, what it was wired to is still known. */
  private static String targetName(
      @Nullable RegistryCredentialSpec spec, ObservedCredential.Recorded recorded, Identity id) {
    if (spec == null) {
      return recorded.secretName() == null ? id.name() : recorded.secretName();
    }
    return spec.secretName(id.name());
  }

  private RegistryView registryOf(Identity id, @Nullable RegistryCredentialSpec spec) {
    if (spec == null) {
      return new RegistryView.Absent();
    }
    return cache
        .registry(id.namespace(), spec.registryRef().name())
        .<RegistryView>map(
            registry ->
                new RegistryView.Present(
                    state(registry.getStatus()),
                    registry.isMarkedForDeletion(),
                    registry.getSpec() == null ? "" : registry.getSpec().serverAddress()))
        .orElseGet(RegistryView.Absent::new);
  }

  private static boolean isWanted(Identity id, @Nullable RegistryCredentialSpec spec) {
    return spec != null && spec.desiredState() == DesiredState.ACTIVE && !id.deleting();
  }

  private SourceReading userName(String namespace, @Nullable RegistryCredentialSpec spec) {
    if (spec == null) {
      return new SourceReading.NotRead();
    }
    if (spec.publicValueFrom() == null) {
      return spec.publicValue() == null
          ? new SourceReading.Invalid("spec.publicValue is missing.")
          : new SourceReading.Value(spec.publicValue());
    }
    var ref = spec.publicValueFrom().secretKeyRef();
    return read(namespace, ref, CredentialValue::userName);
  }

  private SourceReading password(String namespace, @Nullable RegistryCredentialSpec spec) {
    return spec == null
        ? new SourceReading.NotRead()
        : read(namespace, spec.secretValueFrom().secretKeyRef(), CredentialValue::password);
  }

  /** A rule for the bytes of a Secret's key. */
  private interface ValueRule {
    CredentialValue check(String secret, String key, byte[] bytes);
  }

  private SourceReading read(String namespace, SecretKeyRef ref, ValueRule rule) {
    var secret = readSecret(namespace, ref.name());
    if (secret.isEmpty()) {
      return new SourceReading.Missing(
          "There is no Secret %s in this namespace; create it.".formatted(ref.name()));
    }
    var value = Secrets.orEmpty(secret.get().getData()).get(ref.key());
    if (value == null) {
      return new SourceReading.Missing(
          "Secret %s has no key %s; add it, or correct the reference."
              .formatted(ref.name(), ref.key()));
    }
    return switch (rule.check(ref.name(), ref.key(), Base64.getDecoder().decode(value))) {
      case CredentialValue.Valid(var valid) -> new SourceReading.Value(valid);
      case CredentialValue.Invalid(var message) -> new SourceReading.Invalid(message);
    };
  }

  /** The watch knows at once of one that is not there; one that may be there is read. */
  private Optional<Secret> readSecret(String namespace, String name) {
    return cache.hasSecret(namespace, name)
        ? Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
        : Optional.empty();
  }

  /**
   * Who else a Secret is kept for. A credential that the watch does not know of may be younger than
   * its last event, so that the API server has the last word.
   */
  private @Nullable Contributor holder(Identity id, @Nullable PullSecret target) {
    if (target == null) {
      return null;
    }
    return target.contributors().stream()
        .filter(other -> other.kind().equals(id.kind()) && !other.name().equals(id.name()))
        .filter(other -> exists(id.namespace(), other.name()))
        .findFirst()
        .orElse(null);
  }

  private boolean exists(String namespace, String name) {
    return cache.credential(namespace, name).isPresent()
        || client.resources(RegistryCredential.class).inNamespace(namespace).withName(name).get()
            != null;
  }

  private List<PullSecret> leftovers(Identity id, Contributor self, String targetName) {
    return cache.secretsKeptFor(id.namespace(), self).stream()
        .filter(name -> !name.equals(targetName))
        .flatMap(name -> readSecret(id.namespace(), name).stream())
        .map(Secrets::pullSecret)
        .filter(secret -> secret.isKeptFor(self))
        .toList();
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

  private static Instant created(LifecycleResource<?, ?> resource) {
    return Instant.parse(resource.getMetadata().getCreationTimestamp());
  }

  private static Identity identity(LifecycleResource<?, ?> resource) {
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

  private static LifecycleState state(@Nullable LifecycleStatus status) {
    return status == null || status.state() == null ? LifecycleState.REQUESTED : status.state();
  }

  private static long observedGeneration(@Nullable LifecycleStatus status) {
    return status == null || status.observedGeneration() == null ? -1 : status.observedGeneration();
  }
}
