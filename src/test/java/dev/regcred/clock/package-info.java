/** Time for tests. */
@NullMarked
package dev.regcred.clock;

import org.jspecify.annotations.NullMarked;
