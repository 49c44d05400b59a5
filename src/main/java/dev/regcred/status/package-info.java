/**
 * What the status says, and what is worth an Event, as pure functions of what was planned and how
 * it went.
 */
@NullMarked
package dev.regcred.status;

import org.jspecify.annotations.NullMarked;
