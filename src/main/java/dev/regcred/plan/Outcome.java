package dev.regcred.plan;

/** How carrying out a plan's actions ended. */
public sealed interface Outcome {
  /** All of them are done. */
  record Done() implements Outcome {}

  /** One failed; those after it were not tried. */
  record Failed(Action action, Failure failure) implements Outcome {}
}
