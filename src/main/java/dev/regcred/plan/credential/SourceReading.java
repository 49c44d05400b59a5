package dev.regcred.plan.credential;

/** What reading a user name or a password gave. */
public sealed interface SourceReading {
  /** A value within the rules. */
  record Value(String value) implements SourceReading {
    /** Without the value. */
    @Override
    public String toString() {
      return "Value[redacted]";
    }
  }

  /** The Secret or the key is not there; its appearance is noticed. */
  record Missing(String message) implements SourceReading {}

  /** The value breaks a rule; a person has to change it. */
  record Invalid(String message) implements SourceReading {}

  /** It was not read because nothing depends on it now. */
  record NotRead() implements SourceReading {}
}
