/** The operator on a real API server, under the RBAC that ships in {@code deploy/}. */
@NullMarked
package dev.regcred.integration;

import org.jspecify.annotations.NullMarked;
