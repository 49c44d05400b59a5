package dev.regcred.api.v1alpha1;

import org.jspecify.annotations.Nullable;

/**
 * A removal says how a removed resource rests.
 *
 * @param purgeAfter how long until it is purged by itself, such as {@code 90s} or {@code 1h30m}, or
 *     {@code Never}; the kind's default where absent
 */
public record Removal(@Nullable PurgeAfter purgeAfter) {}
