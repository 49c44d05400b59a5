/** What an account's registry is asked, and what follows from the answers. */
@NullMarked
package dev.regcred.verification;

import org.jspecify.annotations.NullMarked;
