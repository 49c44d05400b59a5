/** The process: configuration, start and stop, metrics and health over HTTP. */
@NullMarked
package dev.regcred.operator;

import org.jspecify.annotations.NullMarked;
