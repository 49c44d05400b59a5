package dev.regcred.operator;

import org.jspecify.annotations.Nullable;

/** Steps that are carried out one after another, whatever becomes of those before. */
final class CloseAll {
  private CloseAll() {}

  /**
   * Carries them all out.
   *
   * @throws RuntimeException what the first one that failed has thrown, the others' being
   *     suppressed
   */
  static void run(Runnable... steps) {
    @Nullable RuntimeException first = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
