/** What the status says, as a pure function of what was planned and how it went. */
@NullMarked
package dev.regcred.status;

import org.jspecify.annotations.NullMarked;
