/**
 * What becomes of pull Secrets that are there already: which registries, credentials and source
 * Secrets have to be declared for them, and which of them are handed over. Pure, and no value of a
 * Secret is in what comes out.
 */
@NullMarked
package dev.regcred.migration;

import org.jspecify.annotations.NullMarked;
