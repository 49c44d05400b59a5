/** What the status says after a pass. */
@NullMarked
package dev.regcred.status;

import org.jspecify.annotations.NullMarked;
