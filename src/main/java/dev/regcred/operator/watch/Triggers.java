package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.MarkEntry;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routing table says, when something changes, who is looked at besides the resource itself. It
 * reads what the watches know and changes nothing.
 *
 * <pre>
 * what changes                          who is looked at
 * a registry's state, spec, deletion    the credentials that refer to it
 * the address that a registry holds     the other registries that want it
 * a credential out of use, or gone      the registry that it refers to
 * a credential gone                     the other credentials that name its pull Secret
 * whether a credential is attached to   the one that is the last to cost little now, and the one
 * Pods                                  after it
 * what a credential asks to be wired    the credentials that name the pull Secret that it had
 * a Secret                              who reads it, who writes it, whom its mark names
 * a Secret gone                         the same, and who selects a ServiceAccount that names it
 * a credential gone from the mark of    the credentials that name it, where it is attached
 * a Secret
 * a ServiceAccount                      who selects it, whose pull Secret is attached to it
 * the policy of attach: Pods            the credentials of its kind that attach to Pods
 * a namespace                           the cluster-wide credentials that selected it or do so now;
 *                                       its credentials of ClusterRegistries
 * </pre>
 */
final class Triggers {
  private final InformerCache cache;
  private final String sourceNamespace;

  /**
   * A table over what the watches know.
   *
   * @param sourceNamespace where the sources of cluster-wide credentials are
   */
  Triggers(InformerCache cache, String sourceNamespace) {
    this.cache = cache;
    this.sourceNamespace = sourceNamespace;
  }

  /**
   * Those that a change concerns, who may be many.
   *
   * @param namespace of what has changed; empty for one of the cluster-wide kinds
   * @param subject what it is about: all changes of one subject concern the same resources
   * @param requests who that is, each time that it is asked
   */
  record Route(String namespace, String subject, Supplier<Set<ReconcileRequest>> requests) {}

  /**
   * A registry of either scope has changed.
   *
   * @param before null for a new one
   * @param after null for one that is gone
   */
  <R extends LifecycleResource<? extends ServerSpec, RegistryStatus>> List<Route> registry(
      @Nullable R before, @Nullable R after) {
    var registry = either(before, after);
    var routes = new ArrayList<Route>();
    if (ChangePredicates.concernsCredentials(before, after)) {
      routes.add(
          route(
              registry,
              "credentials/" + registry.getMetadata().getName(),
              () -> credentialsOf(registry)));
    }
    if (ChangePredicates.concernsRivals(before, after)) {
      var spec = registry.getSpec();
      var address = spec == null ? "" : spec.serverAddress();
      routes.add(
          route(
              registry,
              "rivals/" + registry.getMetadata().getName() + "/" + address,
              () -> rivalsOf(registry)));
    }
    return routes;
  }

  /**
   * A credential of either scope has changed.
   *
   * @param before null for a new one
   * @param after null for one that is gone
   */
  <C extends LifecycleResource<? extends CredentialSpec, ?>> List<Route> credential(
      @Nullable C before, @Nullable C after) {
    var credential = either(before, after);
    var spec = credential.getSpec();
    if (spec == null) {
      return List.of();
    }
    var routes = new ArrayList<Route>();
    if (ChangePredicates.concernsRegistry(before, after)) {
      var registry = registryOf(credential, spec);
      routes.add(
          route(credential, "registry/" + registry.id().getName(), () -> Stream.of(registry)));
    }
    if (after == null) {
      var secret = spec.secretName(credential.getMetadata().getName());
      routes.add(route(credential, "claimants/" + secret, () -> sharers(credential, secret)));
    }
    if (ChangePredicates.concernsCostOfPods(before, after)) {
      routes.add(
          route(
              credential,
              "pods",
              () -> youngerThanMany(credential, ChangePredicates.isAttachedToPods(after))));
    }
    var shared = before == null ? null : before.getSpec();
    if (shared != null && ChangePredicates.concernsSharers(before, after)) {
      var secret = shared.secretName(credential.getMetadata().getName());
      routes.add(route(credential, "sharers/" + secret, () -> of(writersOf(credential, secret))));
    }
    return routes;
  }

  /**
   * Of those that are attached to Pods the ones that may have too many older ones now, or may have
   * had them. The watch may know of several changes before it tells of the first.
   *
   * @param isMore whether one more is attached to Pods, not one less
   */
  private Stream<ReconcileRequest> youngerThanMany(
      LifecycleResource<?, ?> changed, boolean isMore) {
    var namespace = changed.getMetadata().getNamespace();
    var attached =
        namespace == null
            ? cache.clusterCredentials().attachedToPods(null)
            : cache.namespacedCredentials().attachedToPods(namespace);
    return of(attached.stream().skip(isMore ? AttachPolicy.InForce.MANY - 1L : 0));
  }

  private static Route route(
      LifecycleResource<?, ?> resource,
      String subject,
      Supplier<Stream<ReconcileRequest>> requests) {
    return new Route(
        Objects.requireNonNullElse(resource.getMetadata().getNamespace(), ""),
        resource.getKind() + "/" + subject,
        () -> requests.get().collect(Collectors.toSet()));
  }

  /**
   * A Secret has appeared, changed or gone.
   *
   * @param left the ServiceAccounts that it is attached to all the same where it is gone. Who
   *     selects one takes it out, and waits for that as long as the Secret seems to be there
   */
  Set<ReconcileRequest> secret(SecretMetadata secret, List<ServiceAccountMetadata> left) {
    var namespace = secret.getMetadata().getNamespace();
    var name = secret.getMetadata().getName();
    return requests(
        of(cache.namespacedCredentials().using(namespace, name)),
        of(readers(secret)),
        of(selecting(namespace, cache.clusterCredentialsOfSecret(name).stream())),
        secret.markEntries().stream()
            .map(entry -> ReconcileRequest.of(entry.credential(), namespace)),
        selectingAny(
            namespace,
            left.stream()
                .map(serviceAccount -> serviceAccount.getMetadata().getName())
                .collect(Collectors.toSet())));
  }

  /** The credentials of both scopes that may select one of some ServiceAccounts. */
  private Stream<ReconcileRequest> selectingAny(String namespace, Set<String> accounts) {
    return Stream.concat(
        of(cache.namespacedCredentials().selecting(namespace, accounts)),
        of(selecting(namespace, cache.clusterCredentials().selecting(null, accounts))));
  }

  /** The credentials whose source is a Secret, by their spec. */
  List<LifecycleResource<? extends CredentialSpec, ?>> readers(SecretMetadata secret) {
    var namespace = secret.getMetadata().getNamespace();
    var name = secret.getMetadata().getName();
    var readers =
        new ArrayList<LifecycleResource<? extends CredentialSpec, ?>>(
            cache.namespacedCredentials().reading(namespace, name));
    if (namespace.equals(sourceNamespace)) {
      readers.addAll(cache.clusterCredentials().reading(null, name));
    }
    return readers;
  }

  /**
   * The operator has written a Secret, which its watch passes over. Those hear of it whose part in
   * it has changed, whose source it is, and all who want it where it became the operator's, or
   * where a credential has left that it may have been attached for meanwhile.
   *
   * @param known as the watch knew it; empty if it did not
   * @param writer the credential that it was written for, which knows of it
   */
  Set<ReconcileRequest> secretWritten(
      Optional<SecretMetadata> known, SecretMetadata after, CredentialRef writer) {
    var namespace = after.getMetadata().getNamespace();
    var before = known.map(SecretMetadata::markEntries).orElse(List.<MarkEntry>of());
    var changed =
        Stream.concat(before.stream(), after.markEntries().stream())
            .filter(entry -> !before.contains(entry) || !after.markEntries().contains(entry))
            .map(entry -> ReconcileRequest.of(entry.credential(), namespace));
    var requests =
        requests(
            changed,
            of(readers(after)),
            before.isEmpty() || isLeftAttached(before, after)
                ? writersOf(namespace, after.getMetadata().getName())
                : Stream.of());
    requests.remove(ReconcileRequest.of(writer, namespace));
    return requests;
  }

  /** As long as the mark names a credential, others attach the Secret for it, as its spec says. */
  private boolean isLeftAttached(List<MarkEntry> before, SecretMetadata after) {
    return !refs(after.markEntries()).containsAll(refs(before))
        && !cache
            .serviceAccountsWith(after.getMetadata().getNamespace(), after.getMetadata().getName())
            .isEmpty();
  }

  private static Set<CredentialRef> refs(List<MarkEntry> entries) {
    return entries.stream().map(MarkEntry::credential).collect(Collectors.toSet());
  }

  /**
   * The operator has taken Secrets out of a ServiceAccount's list. A credential that was planned at
   * the same time may have counted on one.
   */
  Set<ReconcileRequest> secretsDetached(String namespace, Set<String> secretNames) {
    return requests(secretNames.stream().flatMap(secret -> writersOf(namespace, secret)));
  }

  /** A ServiceAccount has appeared, changed or gone. */
  Set<ReconcileRequest> serviceAccount(ServiceAccountMetadata serviceAccount) {
    var namespace = serviceAccount.getMetadata().getNamespace();
    var name = serviceAccount.getMetadata().getName();
    return requests(
        selectingAny(namespace, Set.of(name)),
        serviceAccount.attached().stream()
            .flatMap(
                secret ->
                    Stream.concat(
                        of(cache.credentialsOfSecret(namespace, secret)),
                        of(cache.clusterCredentialsOfSecret(secret)))));
  }

  /**
   * A namespace has changed.
   *
   * @param before null for a new one
   * @param after null for one that is gone
   */
  Set<ReconcileRequest> namespace(
      @Nullable NamespaceMetadata before, @Nullable NamespaceMetadata after) {
    return requests(
        Stream.of(Optional.ofNullable(before), Optional.ofNullable(after))
            .flatMap(Optional::stream)
            .flatMap(
                namespace ->
                    of(
                        cache
                            .clusterCredentials()
                            .known()
                            .filter(
                                credential ->
                                    // Where the labels are not known it may be there.
                                    cache
                                        .namespaces()
                                        .isSelected(credential, namespace, _ -> true)))),
        of(
            cache
                .namespacedCredentials()
                .ofClusterRegistriesIn(either(before, after).getMetadata().getName())));
  }

  /**
   * The policy by which the API server gives pull Secrets to Pods has changed.
   *
   * @param isClusterWide that of which kind of credentials
   */
  Set<ReconcileRequest> attachPolicy(boolean isClusterWide) {
    return requests(of(attachedToPods(isClusterWide)));
  }

  /** The credentials of a kind whose Pods get the pull Secret from the API server. */
  Stream<? extends LifecycleResource<? extends CredentialSpec, ?>> attachedToPods(
      boolean isClusterWide) {
    return Stream.<LifecycleResource<? extends CredentialSpec, ?>>concat(
            isClusterWide ? Stream.empty() : cache.namespacedCredentials().known(),
            isClusterWide ? cache.clusterCredentials().known() : Stream.empty())
        .filter(
            credential ->
                credential.getSpec() != null && credential.getSpec().attach() == Attach.PODS);
  }

  private Stream<ReconcileRequest> credentialsOf(LifecycleResource<?, ?> registry) {
    var namespace = registry.getMetadata().getNamespace();
    var name = registry.getMetadata().getName();
    return registry instanceof ClusterRegistry
        ? Stream.concat(
            of(cache.clusterCredentialsOf(name)), of(cache.credentialsOfClusterRegistry(name)))
        : of(cache.credentialsOf(namespace, name));
  }

  private Stream<ReconcileRequest> rivalsOf(LifecycleResource<?, ?> registry) {
    return switch (registry) {
      case ClusterRegistry wide -> of(cache.clusterRegistries().rivalsOf(wide));
      case Registry one -> of(cache.registries().rivalsOf(one));
      default -> Stream.of();
    };
  }

  private static ReconcileRequest registryOf(
      LifecycleResource<?, ?> credential, CredentialSpec spec) {
    var name = spec.registryRef().name();
    return switch (spec.registryRef().kind()) {
      case REGISTRY ->
          new ReconcileRequest(
              Registry.class, new ResourceID(name, credential.getMetadata().getNamespace()));
      case CLUSTER_REGISTRY -> new ReconcileRequest(ClusterRegistry.class, new ResourceID(name));
    };
  }

  /** The others of its scope that name its pull Secret, be it one that has its name now. */
  private Stream<ReconcileRequest> sharers(LifecycleResource<?, ?> gone, String secret) {
    return of(
        writersOf(gone, secret).stream()
            .filter(other -> !other.getMetadata().getUid().equals(gone.getMetadata().getUid())));
  }

  /** Those of a credential's scope that name a Secret. */
  private List<? extends LifecycleResource<?, ?>> writersOf(
      LifecycleResource<?, ?> credential, String secret) {
    return credential instanceof ClusterRegistryCredential
        ? cache.clusterCredentialsOfSecret(secret)
        : cache.credentialsOfSecret(credential.getMetadata().getNamespace(), secret);
  }

  /** The credentials of both scopes that name a Secret. */
  private Stream<ReconcileRequest> writersOf(String namespace, String secretName) {
    return Stream.concat(
        of(cache.credentialsOfSecret(namespace, secretName)),
        of(selecting(namespace, cache.clusterCredentialsOfSecret(secretName).stream())));
  }

  private Stream<ClusterRegistryCredential> selecting(
      String namespace, Stream<ClusterRegistryCredential> credentials) {
    return credentials.filter(credential -> cache.isSelected(credential, namespace));
  }

  private static Stream<ReconcileRequest> of(List<? extends LifecycleResource<?, ?>> resources) {
    return of(resources.stream());
  }

  private static Stream<ReconcileRequest> of(Stream<? extends LifecycleResource<?, ?>> resources) {
    return resources.map(ReconcileRequest::of);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // The array goes no further.
  private static Set<ReconcileRequest> requests(Stream<ReconcileRequest>... some) {
    return Stream.of(some).flatMap(requests -> requests).collect(Collectors.toSet());
  }

  private static <R> R either(@Nullable R before, @Nullable R after) {
    return after == null ? Objects.requireNonNull(before) : after;
  }
}
