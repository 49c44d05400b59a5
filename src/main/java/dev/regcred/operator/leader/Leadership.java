package dev.regcred.operator.leader;

/**
 * The leadership says whether this operator is the one that works. Of several that run for one
 * cluster only one writes; the others keep their watches warm.
 */
@FunctionalInterface
public interface Leadership {
  /** Whether it is, at this moment. */
  boolean isHeld();

  /** The leadership of an operator that is the only one. */
  static Leadership undisputed() {
    return () -> true;
  }

  /**
   * Whoever writes calls this right before each write, so that one that was suspended and goes on
   * does not finish what it had begun before another took over.
   *
   * @throws NotLeadingException if it is not the one
   */
  default void require() {
    if (!isHeld()) {
      throw new NotLeadingException();
    }
  }
}
