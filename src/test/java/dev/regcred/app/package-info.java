/** Tests of the process. */
@NullMarked
package dev.regcred.app;

import org.jspecify.annotations.NullMarked;
