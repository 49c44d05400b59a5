package dev.regcred.api.v1alpha1;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A builder of the status of a RegistryCredential, with nothing in it but what is said. */
public final class CredentialStatusBuilder {
  private @Nullable LifecycleState state;
  private @Nullable Long observedGeneration;
  private @Nullable List<Condition> conditions;
  private @Nullable Instant podsAttachedTime;
  private @Nullable StuckPodsStatus stuckPods;
  private @Nullable String serverAddress;
  private @Nullable String refusedVersion;
  private @Nullable String secretName;

  public CredentialStatusBuilder state(LifecycleState value, long generation) {
    state = value;
    observedGeneration = generation;
    return this;
  }

  public CredentialStatusBuilder conditions(Condition... value) {
    conditions = List.of(value);
    return this;
  }

  public CredentialStatusBuilder podsAttachedTime(@Nullable Instant value) {
    podsAttachedTime = value;
    return this;
  }

  public CredentialStatusBuilder stuckPods(@Nullable StuckPodsStatus value) {
    stuckPods = value;
    return this;
  }

  public CredentialStatusBuilder serverAddress(@Nullable String value) {
    serverAddress = value;
    return this;
  }

  public CredentialStatusBuilder refusedVersion(@Nullable String value) {
    refusedVersion = value;
    return this;
  }

  public CredentialStatusBuilder secretName(@Nullable String value) {
    secretName = value;
    return this;
  }

  public RegistryCredentialStatus build() {
    return new RegistryCredentialStatus(
        state,
        observedGeneration,
        null,
        conditions,
        null,
        null,
        null,
        null,
        podsAttachedTime,
        stuckPods,
        serverAddress,
        refusedVersion,
        secretName);
  }
}
