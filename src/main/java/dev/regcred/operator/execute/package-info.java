/** What carries out the actions of a plan. */
@NullMarked
package dev.regcred.operator.execute;

import org.jspecify.annotations.NullMarked;
