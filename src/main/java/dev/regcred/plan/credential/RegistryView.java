package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Verification;
import org.jspecify.annotations.Nullable;

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
   * @param verification whether and how it is asked about accounts; null for not at all
   * @param generation of its spec
   */
  record Present(
      LifecycleState state,
      boolean deleting,
      String serverAddress,
      boolean allowed,
      @Nullable Verification verification,
      long generation)
      implements RegistryView {
    /** A registry that is not asked about accounts. */
    public Present(LifecycleState state, boolean deleting, String serverAddress, boolean allowed) {
      this(state, deleting, serverAddress, allowed, null, 1);
    }
  }
}
