package dev.regcred.api.v1alpha1;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that the statuses of all kinds have in common. No field is a function of a secret
 * value.
 */
public interface LifecycleStatus {
  /** The state of the resource in its life cycle. */
  @Nullable LifecycleState state();

  /** The generation of the spec that this status speaks of; -1 until the operator has seen it. */
  @Nullable Long observedGeneration();

  /** The actions that may be declared now. */
  @Nullable List<LifecycleProcess> availableActions();

  /** By type: Ready, and Reconciling or Stalled. */
  @Nullable List<Condition> conditions();

  /** The newest step, finished or under way; its {@code to} is always {@link #state()}. */
  @Nullable Transition lastTransition();

  /** The newest five finished steps, newest first. */
  @Nullable List<Transition> history();

  /** The time at which it became Removed. */
  @Nullable Instant removedTime();

  /** The time at which it is purged by itself. */
  @Nullable Instant purgeTime();

  /** The canonical address of the server, the key of its entry in a pull Secret. */
  @Nullable String serverAddress();
}
