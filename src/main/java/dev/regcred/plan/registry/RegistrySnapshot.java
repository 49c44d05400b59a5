package dev.regcred.plan.registry;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.plan.Identity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot is everything that the plan of a Registry depends on.
 *
 * @param id the registry
 * @param spec its spec; null if it can't be read
 * @param unreadable the place in the spec that can't be read; null if it can
 * @param created its creationTimestamp
 * @param lastStatus what its status says
 * @param rivals the other registries of its scope with the same canonical address
 * @param credentials the credentials that refer to it
 * @param terminating whether its namespace is being deleted
 * @param now the time
 */
public record RegistrySnapshot(
    Identity id,
    @Nullable ServerSpec spec,
    @Nullable String unreadable,
    Instant created,
    LastStatus lastStatus,
    List<Rival> rivals,
    List<Credential> credentials,
    boolean terminating,
    Instant now) {

  /**
   * What the status says that was reached before.
   *
   * @param state the state
   * @param observedGeneration the generation of the spec that was carried out
   * @param removedTime when it became Removed; null if it did not
   * @param serverAddress the address that it has for itself; null if none
   */
  public record LastStatus(
      LifecycleState state,
      long observedGeneration,
      @Nullable Instant removedTime,
      @Nullable String serverAddress) {}

  /**
   * Another registry that wants the same address.
   *
   * @param name its name
   * @param created its creationTimestamp
   * @param state where it is in its life cycle
   * @param holds whether its status says that it has the address
   */
  public record Rival(String name, Instant created, LifecycleState state, boolean holds) {}

  /**
   * A credential of this registry.
   *
   * @param name its name, with its namespace where that is another
   * @param state where it is in its life cycle
   */
  public record Credential(String name, LifecycleState state) {}
}
