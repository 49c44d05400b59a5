/** The operator's own meters. None has a series for each resource. */
@NullMarked
package dev.regcred.operator.metrics;

import org.jspecify.annotations.NullMarked;
