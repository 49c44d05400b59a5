/** Registries that tests ask: real ones, and one that answers as it is told. */
@NullMarked
package dev.regcred.testregistry;

import org.jspecify.annotations.NullMarked;
