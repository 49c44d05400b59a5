package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.Removal;
import dev.regcred.plan.Identity;
import dev.regcred.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of a resource of any kind. All is well by default, and a test says only what is
 * not.
 *
 * @param <F> the fixture of the kind
 */
public abstract class ResourceFixture<F extends ResourceFixture<F>> {
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");
  public static final String SERVER = "registry.example.com";

  public LifecycleState state;
  public DesiredState declared = DesiredState.ACTIVE;
  @Nullable public Removal removal;
  public boolean isUnreadable;
  @Nullable public String unreadable;
  boolean deleting;
  public boolean hasFinalizer;
  public boolean isClusterWide;
  public long observedGeneration = 3;
  @Nullable public Instant removedTime;

  public ResourceFixture(LifecycleState state) {
    this.state = state;
  }

  public abstract F self();

  public abstract Plan plan();

  public F declared(DesiredState end) {
    declared = end;
    return self();
  }

  public F purgeAfter(String duration) {
    removal = new Removal(new PurgeAfter(duration));
    return self();
  }

  /**
   * Its spec can't be read.
   *
   * @param place where; null if that is not known
   */
  public F unreadable(@Nullable String place) {
    isUnreadable = true;
    unreadable = place;
    return self();
  }

  public F deleting() {
    deleting = true;
    return self();
  }

  public F finalizer(boolean there) {
    hasFinalizer = there;
    return self();
  }

  /** The same world, with this state in the status. */
  F recorded(LifecycleState reached) {
    state = reached;
    return self();
  }

  /** Of the spec's generation 3. */
  public F observedGeneration(long generation) {
    observedGeneration = generation;
    return self();
  }

  public F removed(Duration ago) {
    removedTime = NOW.minus(ago);
    return self();
  }

  public Identity identity(String kind, String name, String uid) {
    return new Identity(
        isClusterWide ? "Cluster" + kind : kind,
        isClusterWide ? null : "team",
        name,
        uid,
        3,
        deleting,
        hasFinalizer);
  }
}
