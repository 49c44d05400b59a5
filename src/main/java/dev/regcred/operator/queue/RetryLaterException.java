package dev.regcred.operator.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pass did not get to its end and is tried again. It is an exception because that is how
 * java-operator-sdk counts attempts; it is not a fault of the code, so it has no stack trace.
 */
public final class RetryLaterException extends RuntimeException {
  private final @Nullable Duration delay;

  /**
   * An exception that says when to try again.
   *
   * @param delay after which it is tried again; null for a delay that grows with each attempt
   */
  public RetryLaterException(String message, @Nullable Duration delay) {
    super(message, null, false, false);
    this.delay = delay;
  }

  @Nullable
  public Duration delay() {
    return delay;
  }
}
