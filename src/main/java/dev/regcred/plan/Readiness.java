package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A readiness is what the conditions shall say.
 *
 * @param ready whether what is declared is there
 * @param reason why, or why not
 * @param message for people: what is wrong and what to do next
 * @param convergence whether it changes by itself
 */
public record Readiness(boolean ready, Reason reason, String message, Convergence convergence) {
  /**
   * The convergence says whether a resource that is not as declared gets there without anybody's
   * doing.
   */
  public enum Convergence {
    /** Nothing more is to be expected. */
    SETTLED,
    /** Under way, waiting for another object, or tried again by itself. */
    RECONCILING,
    /** Nothing changes until a person changes something. */
    STALLED
  }

  /** What is declared is there. */
  public static Readiness ready(Reason reason, String message) {
    return new Readiness(true, reason, message, Convergence.SETTLED);
  }

  /** It is not there, and that is all right for now. */
  public static Readiness resting(Reason reason, String message) {
    return new Readiness(false, reason, message, Convergence.SETTLED);
  }

  /** It is under way or waits for something that is noticed by itself. */
  public static Readiness reconciling(Reason reason, String message) {
    return new Readiness(false, reason, message, Convergence.RECONCILING);
  }

  /**
   * The spec could not be read.
   *
   * @param unreadable the place in it, a sentence that says why, or null
   */
  public static Readiness unreadable(@Nullable String unreadable) {
    return stalled(
        Reason.SPEC_UNREADABLE,
        unreadable != null && unreadable.endsWith(".")
            ? unreadable
            : "%s is not of a form that this version of the operator knows; change it or upgrade the operator."
                .formatted(unreadable == null ? "spec" : unreadable));
  }

  /** A person has to change something. */
  public static Readiness stalled(Reason reason, String message) {
    return new Readiness(false, reason, message, Convergence.STALLED);
  }
}
