package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.LifecycleState;

/** A credential's Registry, as the credential sees it. */
public sealed interface RegistryView {
  /** There is none of that name. */
  record Absent() implements RegistryView {}

  /** A ClusterRegistry, of which this operator knows none: it is limited to some namespaces. */
  record Unserved() implements RegistryView {}

  /**
   * The Registry is there.
   *
   * @param state where it is in its life cycle
   * @param deleting whether it is being deleted
   * @param serverAddress the address in its spec; empty if its spec can't be read
   * @param allowed whether it may be used from the credential's namespace
   */
  record Present(LifecycleState state, boolean deleting, String serverAddress, boolean allowed)
      implements RegistryView {}
}
