package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.operator.kinds.LifecycleResource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of what the watch of RegistryCredentials, or of ClusterRegistryCredentials, knows.
 *
 * @param <C> which of the two; namespaces are null for the latter, whose Secrets and
 *     ServiceAccounts are known by their names alone
 */
final class CredentialCache<
    C extends LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus>> {
  private static final String BY_REGISTRY = "registry";
  private static final String BY_SOURCE = "source";
  private static final String BY_TARGET = "target";
  private static final String BY_ACCOUNT = "account";
  private static final String BY_NAMESPACE = "in-namespace";

  private static final String BY_PODS = "attached-to-pods";

  /** By the text of the time, which the API server writes in UTC: it is asked in each pass. */
  private static final Comparator<LifecycleResource<?, ?>> BY_AGE =
      Comparator.<LifecycleResource<?, ?>, String>comparing(
              credential -> credential.getMetadata().getCreationTimestamp())
          .thenComparing(credential -> credential.getMetadata().getName());

  /** The key in the place of a name: a selector may select any ServiceAccount. */
  private static final String ANY = "*";

  private final KindCache<C> watched;

  /**
   * A cache that has no informer yet.
   *
   * @param isServed whether the kind is watched at all
   * @param hasOneWatch whether one watch brings all objects of the kind
   */
  CredentialCache(boolean isServed, boolean hasOneWatch) {
    this.watched = new KindCache<>(isServed, hasOneWatch);
  }

  RecentWrites<C> recent() {
    return watched.recent();
  }

  void setInformer(IndexerResourceCache<C> cache) {
    watched.setInformer(
        cache,
        Map.of(
            BY_REGISTRY,
            keys(
                (credential, spec) -> {
                  var ref = spec.registryRef();
                  var isHere = ref.kind() == RegistryKind.REGISTRY;
                  return Stream.of(key(isHere ? namespace(credential) : null, ref.name()));
                }),
            BY_SOURCE,
            keys(
                (credential, spec) ->
                    spec.sourceSecrets().map(secret -> key(namespace(credential), secret))),
            BY_TARGET,
            keys(
                (credential, spec) ->
                    Stream.of(key(namespace(credential), target(credential, spec)))),
            BY_ACCOUNT,
            keys(
                (credential, spec) ->
                    (spec.serviceAccountSelector() == null
                            ? spec.serviceAccounts().stream()
                            : Stream.of(ANY))
                        .map(account -> key(namespace(credential), account))),
            BY_PODS,
            keys(
                (credential, spec) ->
                    Stream.of(key(namespace(credential), ""))
                        .filter(_ -> spec.attach() == Attach.PODS)),
            BY_NAMESPACE,
            keys(
                (credential, spec) ->
                    Stream.ofNullable(namespace(credential))
                        .filter(_ -> spec.registryRef().kind() == RegistryKind.CLUSTER_REGISTRY))));
  }

  boolean isServed() {
    return watched.isServed();
  }

  /** All for counting and routing; none before the watch is on. */
  Stream<C> known() {
    return watched.known();
  }

  Optional<C> get(@Nullable String namespace, String name) {
    return watched.get(namespace, name);
  }

  /**
   * Those that refer to a registry.
   *
   * @param namespace the registry's; null for a ClusterRegistry
   */
  List<C> of(@Nullable String namespace, String registry) {
    return watched.byIndex(BY_REGISTRY, key(namespace, registry));
  }

  /** Those of a namespace that refer to a ClusterRegistry. */
  List<C> ofClusterRegistriesIn(String namespace) {
    return watched.knownByIndex(BY_NAMESPACE, namespace);
  }

  /** Those whose pull Secret has that name. */
  List<C> writing(@Nullable String namespace, String secret) {
    return watched.byIndex(BY_TARGET, key(namespace, secret)).stream()
        .filter(
            credential ->
                credential.getSpec() != null
                    && target(credential, credential.getSpec()).equals(secret))
        .toList();
  }

  /** Those that read a Secret. */
  List<C> reading(@Nullable String namespace, String secret) {
    return watched.knownByIndex(BY_SOURCE, key(namespace, secret));
  }

  /** Those that read or write a Secret. */
  Stream<C> using(@Nullable String namespace, String secret) {
    return Stream.of(BY_SOURCE, BY_TARGET)
        .flatMap(index -> watched.knownByIndex(index, key(namespace, secret)).stream());
  }

  /** Those whose spec may select one of some ServiceAccounts. */
  Stream<C> selecting(@Nullable String namespace, Set<String> accounts) {
    return accounts.isEmpty()
        ? Stream.empty()
        : Stream.concat(accounts.stream(), Stream.of(ANY))
            .flatMap(name -> watched.knownByIndex(BY_ACCOUNT, key(namespace, name)).stream());
  }

  /** Those that are attached to Pods, the oldest first. */
  List<C> attachedToPods(@Nullable String namespace) {
    return watched.knownByIndex(BY_PODS, key(namespace, "")).stream().sorted(BY_AGE).toList();
  }

  /** How many of those that are attached to Pods are older than a credential. */
  int attachedToPodsBefore(LifecycleResource<?, ?> credential) {
    return (int)
        watched.knownByIndex(BY_PODS, key(namespace(credential), "")).stream()
            .filter(other -> BY_AGE.compare(other, credential) < 0)
            .count();
  }

  private Function<C, Stream<String>> keys(BiFunction<C, CredentialSpec, Stream<String>> keys) {
    return credential ->
        credential.getSpec() == null
            ? Stream.empty()
            : keys.apply(credential, credential.getSpec());
  }

  private static String target(LifecycleResource<?, ?> credential, CredentialSpec spec) {
    return spec.secretName(credential.getMetadata().getName());
  }

  private static @Nullable String namespace(LifecycleResource<?, ?> credential) {
    return credential.getMetadata().getNamespace();
  }

  private static String key(@Nullable String namespace, String name) {
    return Objects.requireNonNullElse(namespace, "") + "/" + name;
  }
}
