/** The legal steps of the life cycles, and which ways are taken through them. */
@NullMarked
package dev.regcred.lifecycle;

import org.jspecify.annotations.NullMarked;
