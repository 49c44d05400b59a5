/**
 * The plan of a credential as a pure function of a snapshot. {@link
 * dev.regcred.plan.credential.CredentialPlanner} is where to begin reading; {@code
 * CredentialChecks} has the checks in their order.
 */
@NullMarked
package dev.regcred.plan.credential;

import org.jspecify.annotations.NullMarked;
