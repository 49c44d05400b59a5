package dev.regcred.operator.controller;

import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * One pass of a reconciliation, when it is over.
 *
 * @param resource in its newest known version
 * @param plan what it was to do
 * @param outcome how carrying it out ended
 * @param failure why it did not get to its end, be it only that the status could not be written;
 *     null if it did
 */
record PassResult<R>(R resource, Plan plan, Outcome outcome, @Nullable Failure failure) {
  /** Whether something was changed meanwhile, so that it is planned again at once. */
  boolean isConflict() {
    return failure != null && failure.kind().retryClass() == Failure.RetryClass.REPLANNED;
  }
}
