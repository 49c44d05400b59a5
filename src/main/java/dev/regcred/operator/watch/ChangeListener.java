package dev.regcred.operator.watch;

import org.jspecify.annotations.Nullable;

/**
 * A listener that is told of every change that a watch brings, once the change is in the watch's
 * cache.
 *
 * @param <R> the kind that is watched
 */
@FunctionalInterface
interface ChangeListener<R> {
  /**
   * An object has changed.
   *
   * @param before null for a new one
   * @param after null for one that is gone
   */
  void changed(@Nullable R before, @Nullable R after);
}
