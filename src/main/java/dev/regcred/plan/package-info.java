/**
 * What a plan is, whatever it is for: the actions, how far along the life cycle they get, what the
 * conditions say, when the resource is looked at again, and how carrying it out ended. Pure: no
 * client, clock, environment or logging.
 */
@NullMarked
package dev.regcred.plan;

import org.jspecify.annotations.NullMarked;
