/**
 * What gathers all that a plan depends on into one immutable snapshot. It reads, and decides
 * nothing.
 */
@NullMarked
package dev.regcred.operator.observe;

import org.jspecify.annotations.NullMarked;
