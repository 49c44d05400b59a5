package dev.regcred.api.v1alpha1;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The fields that the statuses of both kinds of credentials have in common. */
public interface CredentialStatus extends LifecycleStatus {
  /** The pull Secret that holds, or held, its entry; absent when there is none. */
  @Nullable String secretName();

  /** Since when the API server gives that to new Pods; absent where it does not. */
  @Nullable Instant podsAttachedTime();

  /** The Pods that were created too early to get it; absent where there are none. */
  @Nullable StuckPodsStatus stuckPods();

  /**
   * The version of the sources whose account the registry has refused, so that it is not sent
   * again; absent where it has not. No function of a value.
   */
  @Nullable String refusedVersion();
}
