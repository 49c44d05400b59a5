package dev.regcred.operator.verify;

import dev.regcred.api.v1alpha1.VerifiedReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A question about the account of a credential: what its registry says of it.
 *
 * @param <C> what names a credential
 * @param credential whose account it is
 * @param generation of the credential's spec
 * @param registryGeneration of the spec of its registry
 * @param request how it is checked
 * @param interval how long an answer counts; null for as long as the account is the same
 * @param knownRefusal the outcome that the status has of exactly this version of the account, where
 *     it was refused; else null
 */
public record AccountQuestion<C>(
    C credential,
    long generation,
    long registryGeneration,
    CheckRequest request,
    @Nullable Duration interval,
    @Nullable VerifiedReason knownRefusal) {}
