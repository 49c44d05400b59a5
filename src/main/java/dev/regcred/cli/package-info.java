/**
 * The plugin {@code kubectl regcred}: commands that read through kubectl, let the pure half decide,
 * and print. No client of the API server of its own: contexts, exec authentication, proxies and
 * impersonation are kubectl's.
 */
@NullMarked
package dev.regcred.cli;

import org.jspecify.annotations.NullMarked;
