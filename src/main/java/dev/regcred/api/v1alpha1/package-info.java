/**
 * The API group {@code regcred.dev/v1alpha1}: specs, statuses and the constants that users meet in
 * them. The CRDs in {@code crds/} are the source of truth; these types mirror them and a test
 * proves it. All of them are immutable, and know Jackson's annotations but no client.
 */
@NullMarked
package dev.regcred.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
