package dev.regcred.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an action failed, in the terms in which it is dealt with.
 *
 * @param kind what kind of failure
 * @param message for people; it quotes no content of a Secret
 * @param retryAfter how long the API server asks to wait; null if it does not
 */
public record Failure(Kind kind, String message, @Nullable Duration retryAfter) {
  /** What is done about it. */
  public enum Kind {
    /** The view was old: look and plan again, and say nothing of it. */
    CONFLICT,
    /** The operator lacks a permission: retried, and said. */
    FORBIDDEN,
    /** A quota leaves no room: retried, and said. */
    QUOTA,
    /** The namespace is going: nothing can be created in it any more. */
    NAMESPACE_TERMINATING,
    /** The API server failed, was not reached or refused the object: retried, and said. */
    API
  }
}
