package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.client.Parallel;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.memory.Memory;
import dev.regcred.operator.source.SecretReader;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.Identity;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.registry.RegistrySnapshot;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The observer gathers what a plan depends on into one immutable value. Which objects there are is
 * taken from the watches.
 */
public final class StateObserver {
  private final ObjectRequests requests;
  private final ClusterView cache;
  private final Memory memory;
  private final Parallel parallel;
  private final String sourceNamespace;
  private final Clock clock;
  private final AccountGate accounts;

  /**
   * An observer of all four kinds.
   *
   * @param width how many namespaces of a cluster-wide credential are read at the same time
   * @param sourceNamespace where the sources of cluster-wide credentials are
   * @param accounts who is asked what may be done with the values of credentials
   */
  public StateObserver(
      ObjectRequests requests,
      ClusterView cache,
      Memory memory,
      int width,
      String sourceNamespace,
      Clock clock,
      AccountGate accounts) {
    this.requests = requests;
    this.cache = cache;
    this.memory = memory;
    this.parallel = new Parallel(width);
    this.sourceNamespace = sourceNamespace;
    this.clock = clock;
    this.accounts = accounts;
  }

  /**
   * What the plans of a credential depend on, looked at several times in a row: a Secret that has
   * not changed since the last look is not read again. To be let go after the last look, since it
   * holds what was read.
   */
  public Function<RegistryCredential, CredentialSnapshot> credentialObserver() {
    var reader = new SecretReader(requests, cache, null);
    return credential -> {
      reader.forgetChanged();
      return checked(observer(reader, clock.instant()).observe(credential));
    };
  }

  /** What the plan of a cluster-wide credential depends on, its namespaces one by one. */
  public FanOutObserver fanOut(ClusterRegistryCredential credential) {
    var now = clock.instant();
    var observer = observer(new SecretReader(requests, cache, memory.secrets()), now);
    return new FanOutObserver(credential, observer, cache, memory.backoffs(), parallel, now);
  }

  private CredentialObserver observer(SecretReader reader, Instant now) {
    return new CredentialObserver(
        requests, cache, memory.drift(), now, reader, sourceNamespace, accounts);
  }

  private <V> V checked(V observed) {
    cache.requireRunning();
    return observed;
  }

  /** What the plan of a Registry depends on. */
  public RegistrySnapshot observe(Registry registry) {
    var namespace = registry.getMetadata().getNamespace();
    return observed(
        registry,
        address -> cache.registriesAt(namespace, address),
        cache.credentialsOf(namespace, registry.getMetadata().getName()).stream(),
        cache.isTerminating(namespace));
  }

  /** What the plan of a ClusterRegistry depends on. */
  public RegistrySnapshot observe(ClusterRegistry registry) {
    var name = registry.getMetadata().getName();
    return observed(
        registry,
        cache::clusterRegistriesAt,
        Stream.concat(
            cache.clusterCredentialsOf(name).stream(),
            cache.credentialsOfClusterRegistry(name).stream()),
        false);
  }

  private RegistrySnapshot observed(
      LifecycleResource<? extends ServerSpec, RegistryStatus> registry,
      Function<ServerAddress, List<? extends LifecycleResource<?, RegistryStatus>>> registriesAt,
      Stream<? extends LifecycleResource<?, ?>> credentials,
      boolean terminating) {
    var id = CredentialViews.identity(registry);
    var spec = registry.getSpec();
    var status = registry.getStatus();
    return checked(
        new RegistrySnapshot(
            id,
            spec,
            registry.unreadableSpec(),
            registry.created(),
            new RegistrySnapshot.LastStatus(
                registry.stateOrRequested(),
                registry.observedGeneration(),
                status == null ? null : status.removedTime(),
                status == null ? null : status.serverAddress()),
            spec == null ? List.of() : rivals(id, spec.serverAddress(), registriesAt),
            credentials
                .map(
                    credential ->
                        new RegistrySnapshot.Credential(
                            id.namespace() == null
                                ? CredentialViews.identity(credential).qualifiedName()
                                : credential.getMetadata().getName(),
                            credential.stateOrRequested()))
                .toList(),
            terminating,
            clock.instant()));
  }

  private static List<RegistrySnapshot.Rival> rivals(
      Identity id,
      String address,
      Function<ServerAddress, List<? extends LifecycleResource<?, RegistryStatus>>> registriesAt) {
    try {
      return registriesAt.apply(ServerAddress.parse(address)).stream()
          .filter(other -> !other.getMetadata().getName().equals(id.name()))
          .map(
              other ->
                  new RegistrySnapshot.Rival(
                      other.getMetadata().getName(),
                      other.created(),
                      other.stateOrRequested(),
                      other.getStatus() != null && other.getStatus().serverAddress() != null))
          .toList();
    } catch (InvalidServerAddressException e) {
      return List.of();
    }
  }
}
