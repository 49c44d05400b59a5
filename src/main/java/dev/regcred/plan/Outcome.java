package dev.regcred.plan;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An outcome says how carrying out a plan's actions ended. */
public sealed interface Outcome {
  /** All of them are done. */
  record Done() implements Outcome {}

  /**
   * One of the actions failed; those after it were not tried.
   *
   * @param action which; null where there was no plan, because what it depends on could not be read
   */
  record Failed(@Nullable Action action, Failure failure) implements Outcome {}

  /**
   * The writes in some of many namespaces failed, those in the others are done. Actions after them
   * were not tried.
   *
   * @param failures which
   * @param again when the first of them is to be tried again
   */
  record Partial(List<BatchFailure> failures, Instant again) implements Outcome {}

  /** The writes in one of many namespaces failed. */
  record BatchFailure(Action.NamespaceBatch batch, Failure failure) {
    /** Whether it was only planned for what was there before. */
    public boolean isConflict() {
      return failure.kind().retryClass() == Failure.RetryClass.REPLANNED;
    }
  }
}
