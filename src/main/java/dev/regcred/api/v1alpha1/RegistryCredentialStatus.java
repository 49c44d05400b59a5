package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a RegistryCredential; see {@link LifecycleStatus}.
 *
 * @param podsAttachedTime since when the API server gives the pull Secret to new Pods; absent where
 *     it does not
 * @param stuckPods the Pods that are older than the attachment of the pull Secret and wait for
 *     their images; absent where there are none, or nobody looks
 * @param refusedVersion the version of the sources whose account the registry has refused, so that
 *     it is not sent again; absent where it has not
 * @param secretName the pull Secret that holds, or held, its entry; absent when there is none
 */
public record RegistryCredentialStatus(
    @Nullable LifecycleState state,
    @Nullable Long observedGeneration,
    @Nullable List<LifecycleProcess> availableActions,
    @Nullable List<Condition> conditions,
    @Nullable Transition lastTransition,
    @Nullable List<Transition> history,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant removedTime,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant purgeTime,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant podsAttachedTime,
    @Nullable StuckPodsStatus stuckPods,
    @Nullable String serverAddress,
    @Nullable String refusedVersion,
    @Nullable String secretName)
    implements CredentialStatus {}
