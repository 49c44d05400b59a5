/** What the watches know, and who is reconciled when something changes. */
@NullMarked
package dev.regcred.operator.watch;

import org.jspecify.annotations.NullMarked;
