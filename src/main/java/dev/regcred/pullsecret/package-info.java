/**
 * The pull Secret: the mark that makes it ours, what it should hold as a function of all
 * credentials that share it, the writes that lead there, and the ServiceAccounts that it is
 * attached to. Pure, and nothing here puts a password in a message or a {@code toString}.
 */
@NullMarked
package dev.regcred.pullsecret;

import org.jspecify.annotations.NullMarked;
