/** The places that user names and passwords come from. */
@NullMarked
package dev.regcred.operator.source;

import org.jspecify.annotations.NullMarked;
