/**
 * The API group {@code regcred.dev/v1alpha1}: kinds, specs, statuses and the constants that users
 * meet in them.
 *
 * <p>The CRDs in {@code crds/} are the source of truth; these types mirror them and a test proves
 * it. All of them are immutable, apart from the metadata that the client library owns.
 */
@NullMarked
package dev.regcred.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
