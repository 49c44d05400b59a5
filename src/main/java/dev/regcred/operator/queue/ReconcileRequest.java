package dev.regcred.operator.queue;

import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.pullsecret.CredentialRef;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * A resource that is to be reconciled.
 *
 * @param kind whose reconciler it is for
 * @param id its namespace, unless it is cluster-wide, and its name
 */
public record ReconcileRequest(Class<? extends LifecycleResource<?, ?>> kind, ResourceID id) {
  /** The request for a resource as a watch has brought it. */
  @SuppressWarnings("unchecked") // The class of a resource is that of its kind.
  public static ReconcileRequest of(LifecycleResource<?, ?> resource) {
    return new ReconcileRequest(
        (Class<? extends LifecycleResource<?, ?>>) resource.getClass(),
        ResourceID.fromResource(resource));
  }

  /**
   * The request for a credential that the mark of a Secret names.
   *
   * @param namespace where the Secret is
   */
  public static ReconcileRequest of(CredentialRef ref, String namespace) {
    return ref.isClusterWide()
        ? new ReconcileRequest(ClusterRegistryCredential.class, new ResourceID(ref.name()))
        : new ReconcileRequest(RegistryCredential.class, new ResourceID(ref.name(), namespace));
  }
}
