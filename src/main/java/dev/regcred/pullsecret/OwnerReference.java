package dev.regcred.pullsecret;

import org.jspecify.annotations.Nullable;

/**
 * An owner as {@code metadata.ownerReferences[]} has it.
 *
 * @param controller kept as it is for other people's; never set on ours
 * @param blockOwnerDeletion kept as it is for other people's; never set on ours
 */
public record OwnerReference(
    String apiVersion,
    String kind,
    String name,
    String uid,
    @Nullable Boolean controller,
    @Nullable Boolean blockOwnerDeletion) {}
