package dev.regcred.plan.registry;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.ResourceFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is observed of the Registry {@code example}. */
public final class RegistryFixture extends ResourceFixture<RegistryFixture> {
  static final Instant CREATED = Instant.parse("2026-02-01T00:00:00Z");

  private String address = SERVER;
  private boolean terminating;
  private @Nullable String held;

  private final List<RegistrySnapshot.Rival> rivals = new ArrayList<>();
  private final List<RegistrySnapshot.Credential> credentials = new ArrayList<>();

  private RegistryFixture(LifecycleState state) {
    super(state);
    hasFinalizer = true;
  }

  /** Just created. */
  public static RegistryFixture fresh() {
    return new RegistryFixture(LifecycleState.REQUESTED).finalizer(false).observedGeneration(-1);
  }

  /** Recorded as in this state, with the address for itself where it belongs to it. */
  public static RegistryFixture in(LifecycleState state) {
    var fixture = new RegistryFixture(state);
    return switch (state) {
      case REQUESTED -> fresh();
      case REGISTERING, ACTIVATING, PURGED -> fixture;
      case REMOVED, PURGING, RESTORING -> fixture.holding().removed(Duration.ofSeconds(10));
      default -> fixture.holding();
    };
  }

  @Override
  public RegistryFixture self() {
    return this;
  }

  /** It is the ClusterRegistry of that name instead. */
  public RegistryFixture clusterWide() {
    isClusterWide = true;
    return this;
  }

  RegistryFixture address(String server) {
    address = server;
    return this;
  }

  /** It has the address for itself. */
  RegistryFixture holding() {
    held = SERVER;
    return this;
  }

  /** It does not have the address. */
  public RegistryFixture notHolding() {
    held = null;
    return this;
  }

  /**
   * Another Registry of the same address.
   *
   * @param older how much earlier it was created; negative if it is younger
   */
  public RegistryFixture rival(String name, Duration older, boolean holds) {
    return rival(name, older, LifecycleState.ACTIVE, holds);
  }

  /** Another Registry of the same address, in that state. */
  public RegistryFixture rival(
      String name, Duration older, LifecycleState rivalState, boolean holds) {
    rivals.add(new RegistrySnapshot.Rival(name, CREATED.minus(older), rivalState, holds));
    return this;
  }

  public RegistryFixture credential(String name, LifecycleState credentialState) {
    credentials.add(new RegistrySnapshot.Credential(name, credentialState));
    return this;
  }

  public RegistryFixture terminating() {
    terminating = true;
    return this;
  }

  @Override
  public Plan plan() {
    return RegistryPlanner.plan(observed());
  }

  public RegistrySnapshot observed() {
    return new RegistrySnapshot(
        identity("Registry", "example", "uid-2"),
        isUnreadable ? null : new RegistrySpec(address, null, declared, removal, null),
        unreadable,
        CREATED,
        new RegistrySnapshot.LastStatus(state, observedGeneration, removedTime, held),
        List.copyOf(rivals),
        List.copyOf(credentials),
        terminating,
        NOW);
  }
}
