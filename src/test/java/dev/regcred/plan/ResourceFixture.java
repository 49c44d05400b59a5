package dev.regcred.plan;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.Removal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of a resource of any kind. All is well by default, and a test says only what is
 * not.
 *
 * @param <F> the fixture of the kind
 */
abstract class ResourceFixture<F extends ResourceFixture<F>> {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");
  static final String SERVER = "registry.example.com";

  LifecycleState state;
  DesiredState declared = DesiredState.ACTIVE;
  @Nullable Removal removal;
  boolean isUnreadable;
  @Nullable String unreadable;
  boolean deleting;
  boolean hasFinalizer;
  boolean isClusterWide;
  long observedGeneration = 3;
  @Nullable Instant removedTime;

  ResourceFixture(LifecycleState state) {
    this.state = state;
  }

  abstract F self();

  abstract Plan plan();

  F declared(DesiredState end) {
    declared = end;
    return self();
  }

  F purgeAfter(String duration) {
    removal = new Removal(new PurgeAfter(duration));
    return self();
  }

  /**
   * Its spec can't be read.
   *
   * @param place where; null if that is not known
   */
  F unreadable(@Nullable String place) {
    isUnreadable = true;
    unreadable = place;
    return self();
  }

  F deleting() {
    deleting = true;
    return self();
  }

  F finalizer(boolean there) {
    hasFinalizer = there;
    return self();
  }

  /** The same world, with this state in the status. */
  F recorded(LifecycleState reached) {
    state = reached;
    return self();
  }

  /** Of the spec's generation 3. */
  F observedGeneration(long generation) {
    observedGeneration = generation;
    return self();
  }

  F removed(Duration ago) {
    removedTime = NOW.minus(ago);
    return self();
  }

  Identity identity(String kind, String name, String uid) {
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
