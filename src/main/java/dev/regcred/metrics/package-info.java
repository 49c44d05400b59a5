/** The operator's own meters. None has a series for each resource. */
@NullMarked
package dev.regcred.metrics;

import org.jspecify.annotations.NullMarked;
