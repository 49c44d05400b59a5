/** Which of several operators works, by a Lease. */
@NullMarked
package dev.regcred.operator.leader;

import org.jspecify.annotations.NullMarked;
