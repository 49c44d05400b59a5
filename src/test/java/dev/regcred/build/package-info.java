/** Rules about the source itself: its format and its layers. */
@NullMarked
package dev.regcred.build;

import org.jspecify.annotations.NullMarked;
