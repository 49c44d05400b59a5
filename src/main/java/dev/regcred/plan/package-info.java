/**
 * What is to be done, as a pure function of what was observed: no client, clock, environment or
 * logging. {@link dev.regcred.plan.CredentialPlanner} and {@link dev.regcred.plan.RegistryPlanner}
 * are where the rules stand.
 */
@NullMarked
package dev.regcred.plan;

import org.jspecify.annotations.NullMarked;
