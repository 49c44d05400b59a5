package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a Registry; see {@link LifecycleStatus}. */
public record RegistryStatus(
    @Nullable LifecycleState state,
    @Nullable Long observedGeneration,
    @Nullable List<LifecycleProcess> availableActions,
    @Nullable List<Condition> conditions,
    @Nullable Transition lastTransition,
    @Nullable List<Transition> history,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant removedTime,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant purgeTime,
    @Nullable String serverAddress)
    implements LifecycleStatus {}
