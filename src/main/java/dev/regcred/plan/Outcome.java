package dev.regcred.plan;

import org.jspecify.annotations.Nullable;

/** How carrying out a plan's actions ended. */
public sealed interface Outcome {
  /** All of them are done. */
  record Done() implements Outcome {}

  /**
   * One failed; those after it were not tried.
   *
   * @param action which; null where there was no plan, because what it depends on could not be read
   */
  record Failed(@Nullable Action action, Failure failure) implements Outcome {}
}
