/**
 * Docker configs and what stands in them: server addresses, values of accounts, the JSON byte for
 * byte, and how a kubelet reads it. Pure, and nothing here puts a password in a message or a {@code
 * toString}.
 */
@NullMarked
package dev.regcred.dockerconfig;

import org.jspecify.annotations.NullMarked;
