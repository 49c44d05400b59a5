package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.VerificationMode;
import dev.regcred.plan.Identity;
import dev.regcred.pullsecret.CredentialRef;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A credential as one of those that share pull Secrets: what is known of it without them.
 *
 * @param id the credential
 * @param created its creationTimestamp
 * @param spec its spec; null if it can't be read
 * @param unreadable the place in the spec that can't be read; null if it can
 * @param lastStatus what its status says
 * @param registry its Registry
 * @param values what its source gave
 * @param policy whether the API server gives its pull Secret to Pods
 * @param reaches whether it is written to the namespace in question
 */
public record CredentialView(
    Identity id,
    Instant created,
    @Nullable CredentialSpec spec,
    @Nullable String unreadable,
    LastStatus lastStatus,
    RegistryView registry,
    SourceValues values,
    AttachPolicy policy,
    boolean reaches) {

  /**
   * What the status says that was reached before.
   *
   * @param state the state
   * @param observedGeneration the generation of the spec that was carried out
   * @param removedTime when it became Removed; null if it did not
   * @param secretName the Secret that it was wired to; null if none
   * @param serverAddress the server that its entry stands under; null if none
   * @param podsAttachedTime since when the API server gives its pull Secret to Pods; null if it
   *     does not
   * @param isReady whether it was Ready
   */
  public record LastStatus(
      LifecycleState state,
      long observedGeneration,
      @Nullable Instant removedTime,
      @Nullable String secretName,
      @Nullable String serverAddress,
      @Nullable Instant podsAttachedTime,
      boolean isReady) {}

  /** Whether its registry is to be asked before a value is written. */
  public boolean isVerifiedFirst() {
    return registry instanceof RegistryView.Present present
        && present.verification() != null
        && present.verification().mode() == VerificationMode.ENFORCE;
  }

  /** This view, with what may be done with its values. */
  public CredentialView with(Admission admission) {
    return with(values.with(admission));
  }

  /** This view, with what its sources gave. */
  public CredentialView with(SourceValues read) {
    return new CredentialView(
        id, created, spec, unreadable, lastStatus, registry, read, policy, reaches);
  }

  /** The reference by which a pull Secret names it. */
  public CredentialRef ref() {
    return new CredentialRef(id.kind(), id.name());
  }

  /** The name of its pull Secret; where the spec can't be read, what it was wired to is known. */
  public String secretName() {
    if (spec != null) {
      return spec.secretName(id.name());
    }
    return lastStatus.secretName() == null ? id.name() : lastStatus.secretName();
  }

  /** Its spec, where that can be read. */
  public CredentialSpec requiredSpec() {
    return Objects.requireNonNull(spec);
  }

  /** Whether its pull Secret is the one of that name in the namespace in question. */
  boolean targets(String secret) {
    return reaches && secretName().equals(secret);
  }
}
