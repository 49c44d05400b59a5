package dev.regcred.plan;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.PullSecret;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the plan of a RegistryCredential depends on.
 *
 * @param id the credential
 * @param spec its spec; null if it can't be read
 * @param unreadable the place in the spec that can't be read; null if it can
 * @param recorded what its status says
 * @param registry its Registry
 * @param userName what reading the user name gave
 * @param password what reading the password gave
 * @param target the Secret of the target's name as it is; null if there is none
 * @param holder the existing credential, not this one, that the target is kept for; null if none
 * @param leftovers Secrets kept for this credential that are not its target any more
 * @param now the time
 */
public record ObservedCredential(
    Identity id,
    @Nullable RegistryCredentialSpec spec,
    @Nullable String unreadable,
    Recorded recorded,
    RegistryView registry,
    SourceReading userName,
    SourceReading password,
    @Nullable PullSecret target,
    @Nullable Contributor holder,
    List<PullSecret> leftovers,
    Instant now) {

  /**
   * What the status says that was reached before.
   *
   * @param state the state
   * @param observedGeneration the generation of the spec that was carried out
   * @param removedTime when it became Removed; null if it did not
   * @param secretName the Secret that it was wired to; null if none
   * @param serverAddress the server that its entry stands under; null if none
   */
  public record Recorded(
      LifecycleState state,
      long observedGeneration,
      @Nullable Instant removedTime,
      @Nullable String secretName,
      @Nullable String serverAddress) {}

  /** This credential as a pull Secret names it. */
  public Contributor self() {
    return new Contributor(id.kind(), id.name());
  }
}
