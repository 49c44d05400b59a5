/** The life cycle as a table, and the ways through it. Pure: no client, clock or logging. */
@NullMarked
package dev.regcred.lifecycle;

import org.jspecify.annotations.NullMarked;
