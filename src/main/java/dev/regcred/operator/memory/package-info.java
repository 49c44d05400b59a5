/**
 * What is remembered between two passes, in memory only: what was right before, what failed a
 * moment ago, and what the copies of a cluster-wide credential hold.
 */
@NullMarked
package dev.regcred.operator.memory;

import org.jspecify.annotations.NullMarked;
