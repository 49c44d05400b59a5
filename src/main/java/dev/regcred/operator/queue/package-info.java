/**
 * The way to the reconcilers: a queue for each kind, and threads that no namespace has to itself.
 */
@NullMarked
package dev.regcred.operator.queue;

import org.jspecify.annotations.NullMarked;
