/** The process: configuration, start, stop, health and metrics. */
@NullMarked
package dev.regcred.app;

import org.jspecify.annotations.NullMarked;
