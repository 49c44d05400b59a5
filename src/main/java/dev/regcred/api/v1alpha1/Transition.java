package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of the life cycle.
 *
 * @param process what moved it
 * @param from the state it left
 * @param to the state it reached
 * @param time when, to the second
 */
public record Transition(
    @Nullable LifecycleProcess process,
    @Nullable LifecycleState from,
    @Nullable LifecycleState to,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant time) {}
