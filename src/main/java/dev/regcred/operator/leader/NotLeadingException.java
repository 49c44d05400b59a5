package dev.regcred.operator.leader;

/** Another operator works now. It is no fault of the code, so it has no stack trace. */
public final class NotLeadingException extends RuntimeException {
  NotLeadingException() {
    super("Another operator leads", null, false, false);
  }
}
