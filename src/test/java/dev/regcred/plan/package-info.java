/** The rules of the planners as tables, without a cluster. */
@NullMarked
package dev.regcred.plan;

import org.jspecify.annotations.NullMarked;
