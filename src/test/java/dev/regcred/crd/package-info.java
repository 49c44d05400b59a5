/** Proves the hand-written CRDs: by lint, against the Java types, and on a real API server. */
@NullMarked
package dev.regcred.crd;

import org.jspecify.annotations.NullMarked;
