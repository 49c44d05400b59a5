package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Attach;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of attaching to Pods say how a credential changes over between ServiceAccounts and the
 * API server's policy, so that there is no moment in which a new Pod gets its pull Secret by
 * neither.
 *
 * <pre>
 * ServiceAccounts -> Pods   the policy is in force and this is recorded; {@link #HANDOVER} later
 *                           the ServiceAccounts lose theirs
 * Pods -> ServiceAccounts   the ServiceAccounts get theirs; then the record is taken away, and the
 *                           policy, which goes by the record too, lets go
 * </pre>
 */
final class PodAttachment {
  /**
   * How long ServiceAccounts keep the pull Secret beside a policy that is in force: every API
   * server of the cluster has heard of the policy and of the credential by then. They look for new
   * policies once a second.
   */
  static final Duration HANDOVER = Duration.ofSeconds(10);

  private PodAttachment() {}

  /**
   * Since when the API server gives the pull Secret to Pods; null if it does not, or if it stops.
   */
  static @Nullable Instant since(CredentialView credential, Instant now) {
    if (!isByPolicy(credential) || !(credential.policy() instanceof AttachPolicy.InForce)) {
      return null;
    }
    var recorded = credential.lastStatus().podsAttachedTime();
    return recorded == null ? now.truncatedTo(ChronoUnit.SECONDS) : recorded;
  }

  /** The same of one whose ServiceAccounts may not have got theirs. */
  static @Nullable Instant kept(CredentialView credential, Instant now) {
    return isByPolicy(credential)
        ? since(credential, now)
        : credential.lastStatus().podsAttachedTime();
  }

  /** Whether ServiceAccounts that have the pull Secret keep it for a while, as far as is known. */
  static boolean keepsAccounts(CredentialView credential, Instant now) {
    return isByPolicy(credential)
        && handover(credential, now).filter(end -> !end.isAfter(now)).isEmpty();
  }

  /** When they keep it no longer; empty while the policy is not in force. */
  static Optional<Instant> handover(CredentialView credential, Instant now) {
    return Optional.ofNullable(since(credential, now)).map(since -> since.plus(HANDOVER));
  }

  /** What is said of those Pods that get the pull Secret, and those that do not. */
  static String said(CredentialView credential) {
    var spec = credential.requiredSpec();
    if (spec.attach() == Attach.PODS) {
      return (spec.podSelector() == null
              ? " Every new Pod gets it."
              : " Every new Pod that spec.podSelector selects gets it.")
          + cost(credential);
    }
    return spec.serviceAccounts().isEmpty() && spec.serviceAccountSelector() == null
        ? ""
        : " Pods that are older than their ServiceAccount's entry for it go without; create those"
            + " again, or set spec.attach to Pods.";
  }

  /** The youngest say it, so that one more credential changes the status of no other. */
  private static String cost(CredentialView credential) {
    if (!(credential.policy() instanceof AttachPolicy.InForce policy) || !policy.isCostly()) {
      return "";
    }
    return (" %s or more older %s are attached to Pods: the API server goes through all of them when"
            + " it creates a Pod, which makes that last more than 50 ms longer. Attach some of them"
            + " to ServiceAccounts.")
        .formatted(
            AttachPolicy.InForce.MANY,
            credential.id().namespace() == null
                ? "ClusterRegistryCredentials"
                : "RegistryCredentials of this namespace");
  }

  private static boolean isByPolicy(CredentialView credential) {
    return credential.spec() != null && credential.spec().attach() == Attach.PODS;
  }
}
