/** Measurements: {@code mvn -Pbench}. Nothing here passes or fails by a time. */
@NullMarked
package dev.regcred.bench;

import org.jspecify.annotations.NullMarked;
