/**
 * What a pull Secret holds, byte for byte: server addresses, account values and the Docker config
 * JSON that is made of them. Everything here is a pure function of its arguments, and nothing here
 * puts a password in a message or a {@code toString}.
 */
@NullMarked
package dev.regcred.pullsecret;

import org.jspecify.annotations.NullMarked;
