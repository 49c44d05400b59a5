package dev.regcred.plan;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.Removal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of the Registry {@code example}. All is well by default, and a test says only
 * what is not.
 */
final class RegistryFixture {
  static final Instant NOW = CredentialFixture.NOW;
  static final Instant CREATED = Instant.parse("2026-02-01T00:00:00Z");

  private DesiredState declared = DesiredState.ACTIVE;
  private String address = CredentialFixture.SERVER;
  private @Nullable String purgeAfter;
  private @Nullable String unreadable;
  private boolean deleting;
  private boolean terminating;
  private boolean hasFinalizer = true;
  private long observedGeneration = 3;

  private final LifecycleState state;
  private @Nullable Instant removedTime;
  private @Nullable String held;

  private final List<ObservedRegistry.Rival> rivals = new ArrayList<>();
  private final List<ObservedRegistry.Credential> credentials = new ArrayList<>();

  private RegistryFixture(LifecycleState state) {
    this.state = state;
  }

  /** Just created. */
  static RegistryFixture fresh() {
    return new RegistryFixture(LifecycleState.REQUESTED).finalizer(false).observedGeneration(-1);
  }

  /** Recorded as in this state, with the address for itself where it belongs to it. */
  static RegistryFixture in(LifecycleState state) {
    var fixture = new RegistryFixture(state);
    return switch (state) {
      case REQUESTED -> fresh();
      case REGISTERING, ACTIVATING, PURGED -> fixture;
      case REMOVED, PURGING, RESTORING -> fixture.holding().removed(Duration.ofSeconds(10));
      default -> fixture.holding();
    };
  }

  RegistryFixture declared(DesiredState end) {
    declared = end;
    return this;
  }

  RegistryFixture address(String server) {
    address = server;
    return this;
  }

  RegistryFixture purgeAfter(String duration) {
    purgeAfter = duration;
    return this;
  }

  RegistryFixture unreadable(String place) {
    unreadable = place;
    return this;
  }

  RegistryFixture deleting() {
    deleting = true;
    return this;
  }

  RegistryFixture finalizer(boolean there) {
    hasFinalizer = there;
    return this;
  }

  /** Of the spec's generation 3. */
  RegistryFixture observedGeneration(long generation) {
    observedGeneration = generation;
    return this;
  }

  RegistryFixture removed(Duration ago) {
    removedTime = NOW.minus(ago);
    return this;
  }

  /** It has the address for itself. */
  RegistryFixture holding() {
    held = CredentialFixture.SERVER;
    return this;
  }

  /** It does not have the address. */
  RegistryFixture notHolding() {
    held = null;
    return this;
  }

  /**
   * Another Registry of the same address.
   *
   * @param older how much earlier it was created; negative if it is younger
   */
  RegistryFixture rival(String name, Duration older, boolean holds) {
    rivals.add(new ObservedRegistry.Rival(name, CREATED.minus(older), holds));
    return this;
  }

  RegistryFixture credential(String name, LifecycleState credentialState) {
    credentials.add(new ObservedRegistry.Credential(name, credentialState));
    return this;
  }

  RegistryFixture terminating() {
    terminating = true;
    return this;
  }

  Plan plan() {
    return RegistryPlanner.plan(observed());
  }

  ObservedRegistry observed() {
    return new ObservedRegistry(
        new Identity("Registry", "team", "example", "uid-2", 3, deleting, hasFinalizer),
        unreadable == null ? spec() : null,
        unreadable,
        CREATED,
        new ObservedRegistry.Recorded(state, observedGeneration, removedTime, held),
        List.copyOf(rivals),
        List.copyOf(credentials),
        terminating,
        NOW);
  }

  private RegistrySpec spec() {
    return new RegistrySpec(
        address,
        null,
        declared,
        purgeAfter == null ? null : new Removal(new PurgeAfter(purgeAfter)));
  }
}
