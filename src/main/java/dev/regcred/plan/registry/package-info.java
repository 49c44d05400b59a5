/** The plan of a Registry as a pure function of a snapshot. */
@NullMarked
package dev.regcred.plan.registry;

import org.jspecify.annotations.NullMarked;
