package dev.regcred.operator.observe;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.source.CredentialSource;
import dev.regcred.operator.source.SecretKeySource;
import dev.regcred.operator.source.SecretReader;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.Identity;
import dev.regcred.plan.credential.Admission;
import dev.regcred.plan.credential.AttachPolicy;
import dev.regcred.plan.credential.CredentialChecks;
import dev.regcred.plan.credential.CredentialView;
import dev.regcred.plan.credential.RegistryView;
import dev.regcred.plan.credential.SourceValue;
import dev.regcred.plan.credential.SourceValues;
import dev.regcred.pullsecret.SharedSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A factory that makes views of credentials of both scopes: what each declares, what its registry
 * is, and what its sources say.
 *
 * @param now the time of the look
 * @param sourceNamespace where the sources of cluster-wide credentials are
 */
record CredentialViews(ClusterView cache, SecretReader reads, Instant now, String sourceNamespace) {
  /**
   * How much of the values of other credentials is read in a look at one pull Secret, in
   * characters: more than there is room for in it. Of those beyond the entry stays as it is.
   */
  static final long MAX_VALUES = 2L * SharedSecret.MAX_BYTES;

  /**
   * The views of several with their values, as far as their values are needed and there is room for
   * them.
   */
  List<CredentialView> withValues(Collection<CredentialView> others) {
    var all = new ArrayList<CredentialView>();
    var values = 0L;
    for (CredentialView other : others) {
      var one = values > MAX_VALUES ? other : withValuesIfNeeded(other);
      values += length(one.values().userName()) + length(one.values().password());
      all.add(one);
    }
    return all;
  }

  private static long length(SourceValue reading) {
    return reading instanceof SourceValue.Present(var value) ? value.length() : 0;
  }

  /**
   * A credential as its claim on a pull Secret, its sources not read.
   *
   * @param reaches whether it is written to the namespace in question
   */
  CredentialView withoutValues(
      LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> credential,
      boolean reaches) {
    return view(credential, reaches, policyOf(credential));
  }

  /** The credential that is looked at, its sources not read. */
  CredentialView self(
      LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> credential) {
    var policy = policyOf(credential);
    return view(
        credential,
        true,
        policy instanceof AttachPolicy.InForce
            ? new AttachPolicy.InForce(cache.attachedToPodsBefore(credential))
            : policy);
  }

  private CredentialView view(
      LifecycleResource<? extends CredentialSpec, ? extends CredentialStatus> credential,
      boolean reaches,
      AttachPolicy policy) {
    var status = credential.getStatus();
    var spec = credential.getSpec();
    return new CredentialView(
        identity(credential),
        credential.created(),
        spec,
        credential.unreadableSpec(),
        new CredentialView.LastStatus(
            credential.stateOrRequested(),
            credential.observedGeneration(),
            status == null ? null : status.removedTime(),
            status == null ? null : status.secretName(),
            status == null ? null : status.serverAddress(),
            status == null ? null : status.podsAttachedTime(),
            isReady(status)),
        registryOf(credential.getMetadata().getNamespace(), spec),
        SourceValues.notRead(),
        policy,
        reaches);
  }

  private static boolean isReady(@Nullable CredentialStatus status) {
    return Stream.ofNullable(status)
        .flatMap(known -> Stream.ofNullable(known.conditions()))
        .flatMap(List::stream)
        .anyMatch(
            condition ->
                condition.type().equals(ConditionType.READY.value())
                    && condition.status().equals(Condition.TRUE));
  }

  /** The identity of a resource of any kind. */
  static Identity identity(LifecycleResource<?, ?> resource) {
    var metadata = resource.getMetadata();
    return new Identity(
        resource.getKind(),
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        metadata.getGeneration(),
        resource.isMarkedForDeletion(),
        resource.hasFinalizer(Labels.FINALIZER));
  }

  private CredentialView withValuesIfNeeded(CredentialView credential) {
    if (!credential.reaches() || !CredentialChecks.needsSources(credential, now)) {
      return credential;
    }
    var read = withValues(credential);
    // Whether they may be written is known to its own pass, which asks the registry.
    return read.isVerifiedFirst() ? read.with(Admission.AWAIT) : read;
  }

  /** The view with what its sources say. */
  CredentialView withValues(CredentialView credential) {
    var spec = credential.spec();
    if (spec == null) {
      return credential;
    }
    return credential.with(source(credential).read(spec));
  }

  private CredentialSource source(CredentialView credential) {
    return new SecretKeySource(
        reads, sourceNamespace(credential), credential.id().namespace() == null);
  }

  /** The namespace in which its sources are. */
  String sourceNamespace(CredentialView credential) {
    var namespace = credential.id().namespace();
    return namespace == null ? sourceNamespace : namespace;
  }

  private AttachPolicy policyOf(LifecycleResource<? extends CredentialSpec, ?> credential) {
    var spec = credential.getSpec();
    return spec != null && spec.attach() == Attach.PODS
        ? cache.attachPolicy(credential.getMetadata().getNamespace() == null)
        : new AttachPolicy.NotAsked();
  }

  private RegistryView registryOf(@Nullable String namespace, @Nullable CredentialSpec spec) {
    if (spec == null) {
      return new RegistryView.Absent();
    }
    var name = spec.registryRef().name();
    return switch (spec.registryRef().kind()) {
      case REGISTRY ->
          namespace == null
              ? new RegistryView.Absent()
              : cache.registry(namespace, name).map(r -> view(r, true)).orElseGet(this::absent);
      case CLUSTER_REGISTRY ->
          cache
              .clusterRegistry(name)
              .map(r -> view(r, namespace == null || isAllowed(r, namespace)))
              .orElseGet(() -> cache.servesClusterWide() ? absent() : new RegistryView.Unserved());
    };
  }

  private RegistryView absent() {
    return new RegistryView.Absent();
  }

  private boolean isAllowed(ClusterRegistry registry, String namespace) {
    var spec = registry.getSpec();
    return spec != null
        && cache.labelsOf(namespace).map(spec::allows).orElseGet(spec::allowsWithoutLabels);
  }

  private static RegistryView view(
      LifecycleResource<? extends ServerSpec, ?> registry, boolean allowed) {
    return new RegistryView.Present(
        registry.stateOrRequested(),
        registry.isMarkedForDeletion(),
        registry.getSpec() == null ? "" : registry.getSpec().serverAddress(),
        allowed,
        registry.getSpec() == null ? null : registry.getSpec().verification(),
        registry.getMetadata().getGeneration());
  }
}
