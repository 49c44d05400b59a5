package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure says why a read or a write failed, in the terms in which it is dealt with.
 *
 * @param kind what kind of failure
 * @param message for people; it quotes no content of a Secret
 * @param retryAfter how long the API server asks to wait; null if it does not
 */
public record Failure(Kind kind, String message, @Nullable Duration retryAfter) {
  /** The class says what goes on after a failure. */
  public enum RetryClass {
    /**
     * The view was old, so that it is retryable at once. It is looked at and planned again, and not
     * said.
     */
    REPLANNED,
    /**
     * It is retryable: it ends by itself. It is tried again with a growing delay, and said in the
     * status.
     */
    RETRIED,
    /**
     * It waits: it ends when a person changes something that no watch tells of. It is tried again
     * with a growing delay, and said in the status.
     */
    WAITING,
    /**
     * It is terminal: no write of its kind can succeed there any more. Not said, because the status
     * goes with the namespace; looked at again after a long delay, in case it is not so after all.
     */
    TERMINAL
  }

  /** What failed, and by that what goes on. */
  public enum Kind {
    /** The object was changed, created or deleted meanwhile. */
    CONFLICT(RetryClass.REPLANNED),
    /** The API server failed, was overloaded, or was not reached. */
    API(RetryClass.RETRIED),
    /** The API server refuses the object: its form, its size, or the kind of request. */
    REFUSED(RetryClass.WAITING),
    /** The operator lacks a permission, or an admission policy forbids it. */
    FORBIDDEN(RetryClass.WAITING),
    /** A quota leaves no room. */
    QUOTA(RetryClass.WAITING),
    /** The namespace is going: nothing can be created in it any more. */
    NAMESPACE_TERMINATING(RetryClass.TERMINAL);

    private final RetryClass retryClass;

    Kind(RetryClass course) {
      this.retryClass = course;
    }

    /** The class that says what goes on after it. */
    public RetryClass retryClass() {
      return retryClass;
    }
  }

  /** The readiness that the conditions say of it. */
  public Readiness readiness() {
    return Readiness.reconciling(
        switch (kind) {
          case FORBIDDEN -> Reason.FORBIDDEN;
          case QUOTA -> Reason.QUOTA_EXCEEDED;
          case NAMESPACE_TERMINATING -> Reason.NAMESPACE_TERMINATING;
          case API, REFUSED, CONFLICT -> Reason.API_ERROR;
        },
        message);
  }

  /**
   * This failure, not to be tried again before that time is over; a longer one that was asked
   * stays.
   */
  public Failure notBefore(@Nullable Duration other) {
    var isLonger = other != null && (retryAfter == null || other.compareTo(retryAfter) > 0);
    return isLonger ? new Failure(kind, message, other) : this;
  }
}
