package dev.regcred.diagnosis;

import java.util.Optional;

/**
 * The answer to a question about an object, or about a list of them.
 *
 * @param <T> what is read of it
 */
public sealed interface Lookup<T> {
  /**
   * The answer that has it.
   *
   * @param value what is there; of a list, all of it
   */
  record Found<T>(T value) implements Lookup<T> {}

  /** The answer that there is no such object; of a list: no such kind. */
  record Absent<T>() implements Lookup<T> {}

  /** The answer to whoever is not allowed to know. */
  record Forbidden<T>() implements Lookup<T> {}

  /** What was found; empty where there is nothing, or that is not known. */
  default Optional<T> found() {
    return this instanceof Found<T>(var found) ? Optional.of(found) : Optional.empty();
  }

  /** Whether the answer was refused. */
  default boolean isForbidden() {
    return this instanceof Forbidden;
  }
}
