package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a ClusterRegistryCredential; see {@link LifecycleStatus}.
 *
 * @param podsAttachedTime since when the API server gives the pull Secret to new Pods; absent where
 *     it does not
 * @param stuckPods the Pods that are older than the attachment of the pull Secret and wait for
 *     their images; absent where there are none, or nobody looks
 * @param refusedVersion the version of the sources whose account the registry has refused, so that
 *     it is not sent again; absent where it has not
 * @param secretName the name of the pull Secrets that hold, or held, its entry; absent when there
 *     are none
 * @param namespaces how many namespaces it has reached
 * @param failures at most ten of the namespaces that failed, in the order of their names
 */
public record ClusterRegistryCredentialStatus(
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
    @Nullable String secretName,
    @Nullable NamespaceCounts namespaces,
    @Nullable List<NamespaceFailure> failures)
    implements CredentialStatus {}
