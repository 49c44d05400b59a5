/** The way to the registries: what is sent to them, and what is never sent. */
@NullMarked
package dev.regcred.operator.verify;

import org.jspecify.annotations.NullMarked;
