package dev.regcred.controller;

/**
 * The pass did not get to its end and is tried again, with a growing delay. It is an exception
 * because that is how java-operator-sdk counts attempts; it is not a fault of the code, so it has
 * no stack trace.
 */
final class RetryLaterException extends RuntimeException {
  RetryLaterException(String message) {
    super(message, null, false, false);
  }
}
