/** One reconciler for each kind, and what triggers it. */
@NullMarked
package dev.regcred.controller;

import org.jspecify.annotations.NullMarked;
