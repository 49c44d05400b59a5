/**
 * The client of the API server: how it connects and identifies itself, how much of an answer it
 * lets into memory, and what an error means.
 */
@NullMarked
package dev.regcred.operator.client;

import org.jspecify.annotations.NullMarked;
